"""The stories of the README. Their names are those of the Rust suite."""

import eks


def test_story_1_defaults() -> None:
    rehearsal = eks.rehearse()
    info = rehearsal["info"]
    assert info["status"] == "active"
    assert [node["ready"] for node in info["nodes"]] == [True, True]
    assert rehearsal["report"]["name"] == info["name"]
    assert rehearsal["report"]["found"]
    assert rehearsal["left"] == []
    # Virtual time is AWS's: a control plane takes minutes, the call does not (facts/aws.md).
    assert rehearsal["seconds"] > 600
    assert rehearsal["cost"] > 0
    kinds = [event["event"] for event in rehearsal["events"]]
    assert kinds[0] == "planned"
    assert kinds.count("finished") == 2


def test_story_2_named_cluster() -> None:
    rehearsal = eks.rehearse(
        {
            "name": "kubelabs-cluster",
            "nodeGroups": [
                {
                    "name": "kubelabs-group",
                    "instanceTypes": ["t2.micro"],
                    "scaling": {"min": 2, "max": 2, "desired": 2},
                }
            ],
        }
    )
    assert rehearsal["info"]["name"] == "kubelabs-cluster"
    groups = rehearsal["info"]["nodeGroups"]
    assert [(group["name"], group["instanceTypes"]) for group in groups] == [("kubelabs-group", ["t2.micro"])]
    assert rehearsal["left"] == []
