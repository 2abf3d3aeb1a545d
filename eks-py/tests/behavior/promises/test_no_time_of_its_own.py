"""No time of its own: sleep and clock are injected, so a quarter of an hour on another clock is a quarter of an hour there."""

from datetime import datetime, timezone

import eks

from ..stage import Stage, left


def test_a_life_on_another_clock() -> None:
    """An account whose time is months away from the machine's: whatever went by the wall clock would sign requests and tokens
    that are long expired or not yet valid, and date its events wrongly.
    """
    start = datetime(2027, 3, 1, 12, tzinfo=timezone.utc)
    stage = Stage(settings=eks.Settings(start=int(start.timestamp() * 1000)))
    create = stage.eks.create(eks.Cluster(name="web"))
    events = list(create)
    assert len(create.result().nodes) == 2
    created = stage.sim.now()
    # facts/aws.md §1.1: the control plane takes 9m40s, nodes and the last add-on the rest.
    assert 11 * 60 <= (created - start).total_seconds() < 15 * 60

    token = stage.eks.token("web")
    assert 13 * 60 <= (token.expires_at - created).total_seconds() <= 15 * 60

    delete = stage.eks.delete("web")
    events += list(delete)
    delete.result()
    ended = stage.sim.now()
    moments = [datetime.fromtimestamp(event.at / 1000, timezone.utc) for event in events]
    assert all(start <= moment <= ended for moment in moments)
    assert left(stage) == []
