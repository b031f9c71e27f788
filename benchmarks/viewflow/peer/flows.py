"""approval-6 in viewflow's words."""

from django.views.generic import View
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process


class Approval6(flow.Flow):
    """accept → fee? → three reviews at once → decide → issue."""

    process_class = Process
    # The documentation's choice for PostgreSQL; without a lock a join is unsafe.
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle(this.begin).Next(this.accept)
    accept = flow.View(View.as_view()).Permission(auto_create=True).Next(this.fee)
    fee = (
        flow.If(lambda activation: activation.process.data["total_fee"] > 0)
        .Then(this.split)
        .Else(this.end)
    )
    split = flow.Split().Next(this.review_a).Next(this.review_b).Next(this.review_c)
    review_a = flow.View(View.as_view()).Permission(auto_create=True).Next(this.joined)
    review_b = flow.View(View.as_view()).Permission(auto_create=True).Next(this.joined)
    review_c = flow.View(View.as_view()).Permission(auto_create=True).Next(this.joined)
    joined = flow.Join().Next(this.decide)
    decide = flow.View(View.as_view()).Permission(auto_create=True).Next(this.issue)
    issue = flow.Function(this.do_issue).Next(this.end)
    end = flow.End()

    def begin(self, activation, answers):
        activation.process.data = {"apply": answers}
        return activation.process

    def do_issue(self, activation):
        activation.process.data["issued"] = True
        activation.process.save(update_fields=["data"])
