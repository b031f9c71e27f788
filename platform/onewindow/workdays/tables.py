"""A tenant's own working calendar, where it departs from the weekly pattern."""

from piccolo.columns import Boolean, Date, Varchar

from onewindow.db.scoped import Base, Rows, TenantScoped, tenant_column


class CalendarDay(TenantScoped, Base, tablename="calendar_day", help_text="节假日与调休"):
    """One day that is closed though a weekday, or worked though a weekend day.

    Children inherit their parents' days and may override a day with one of their own.
    """

    rows = Rows.PUBLIC
    tenant = tenant_column(index=True)
    day = Date()
    worked = Boolean(default=False, help_text="true: 调休上班; false: 放假")
    note = Varchar(60, default="")
