from world import Town

from onewindow import db
from onewindow.tenants.queries import centre_name


async def test_town(town: Town) -> None:
    with db.use(db.PUBLIC):
        assert await centre_name(town.tenants["linjiang"]) == "青溪县临江镇便民服务中心"

async def test_town2(town: Town) -> None:
    with db.use(db.PUBLIC):
        assert await centre_name(town.tenants["linjiang"], "en") == "Linjiang Convenience Service Centre, Qingxi"
