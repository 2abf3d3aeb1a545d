"""The wrong region: nothing is found there, and nothing is said to have been done."""

import eks

from ..stage import ELSEWHERE, Stage, broken, calls, living, refused, writes

WEB = eks.Cluster(name="web")


def test_another_region_has_no_such_cluster() -> None:
    stage = Stage()
    stage.create(WEB)
    there, before = living(stage), writes(stage)
    elsewhere = stage.in_region(ELSEWHERE)

    report = elsewhere.delete("web")
    assert (report.name, report.found) == ("web", False), "which may mean another region"
    assert (report.deleted, report.unchecked) == ((), ())
    error = refused(eks.NotFoundError, lambda: elsewhere.eks.describe("web"))
    assert "there is no cluster of this name in eu-west-1" in str(error)
    assert (error.resource, error.hint) == ("cluster web", "Check the region and the account")
    error = refused(eks.NotFoundError, elsewhere.eks.continue_create("web").result)
    assert "no create of this name was ever begun in this region" in str(error)
    assert error.hint == "Give the spec, or check the region and the account"
    assert elsewhere.eks.list().clusters == ()

    assert living(stage) == there
    assert writes(stage) == before, "nothing was touched"


def test_what_is_no_region() -> None:
    wrong = Stage(region="Oregon")
    rule = ("region", "Oregon", "be a region, such as `us-west-2`")
    for call in (lambda: wrong.create(WEB), lambda: wrong.delete("web")):
        assert broken(refused(eks.InvalidSpecError, call)) == [rule]
    assert calls(wrong) == []
