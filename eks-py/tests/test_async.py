"""The same in asyncio."""

import asyncio

import pytest

import eks


def test_a_life() -> None:
    async def life() -> None:
        sim = eks.sim.Simulator()
        async with sim.async_client() as client:
            plan = await client.plan(eks.Cluster(name="web"))
            assert not plan.is_empty()
            create = client.create(eks.Cluster(name="web"))
            kinds = [type(event) async for event in create]
            assert kinds[0] is eks.EventPlanned and kinds[-1] is eks.EventFinished
            info = await create
            assert info == await create
            assert (await client.describe("web")).name == info.name
            assert (await client.token("web")).text.startswith("k8s-aws-v1.")
            await client.delete("web")
        assert sim.left() == ()

    asyncio.run(life())


def test_many_at_once() -> None:
    async def life() -> None:
        client = eks.sim.Simulator(eks.Settings(quotas=eks.Quotas(clusters=100, vpcs=100))).async_client()
        names = [f"web-{number}" for number in range(4)]
        infos = await asyncio.gather(*(client.create(eks.Cluster(name=name)) for name in names))
        assert [info.name for info in infos] == names

    asyncio.run(life())


def test_cancelling_drops_the_wait_and_not_the_work() -> None:
    async def life() -> None:
        client = eks.sim.Simulator().async_client()
        create = client.create(eks.Cluster(name="web"))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(create._result(), 0)
        task = asyncio.ensure_future(create._result())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await create).name == "web"

    asyncio.run(life())


def test_a_cancelled_event_is_not_lost() -> None:
    async def life() -> None:
        client = eks.sim.Simulator().async_client()
        create = client.create(eks.Cluster(name="web"))
        events = create.__aiter__()
        first = await events.__anext__()
        assert isinstance(first, eks.EventPlanned)
        await create
        assert [event async for event in create][0] == first

    asyncio.run(life())


def test_failures_come_as_exceptions() -> None:
    async def life() -> None:
        client = eks.sim.Simulator().async_client()
        with pytest.raises(eks.NotFoundError, match="web"):
            await client.describe("web")
        with pytest.raises(eks.InvalidSpecError):
            client.create({"name": "web", "nodegroups": []})
        with pytest.raises(eks.InvalidSpecError, match="1.23"):
            await client.create(eks.Cluster(version="1.23"))

    asyncio.run(life())


def test_a_loop_that_is_gone() -> None:
    sim = eks.sim.Simulator()
    client = sim.async_client()

    async def begin() -> eks.Operation[eks.ClusterInfo]:
        create = client.create(eks.Cluster(name="web"))
        # Nobody waits for this one when the loop ends.
        asyncio.ensure_future(create._result())
        await asyncio.sleep(0)
        return create

    create = asyncio.run(begin())
    assert create.result().name == "web"

    async def again() -> eks.ClusterInfo:
        return await create

    assert asyncio.run(again()).name == "web"
    with pytest.raises(RuntimeError, match="no running event loop"):
        client.describe("web").send(None)


def test_both_kinds_of_clients_have_the_same_methods() -> None:
    def public(kind: type) -> set[str]:
        return {name for name in dir(kind) if not name.startswith("_")}

    assert public(eks.Client) == public(eks.AsyncClient)
