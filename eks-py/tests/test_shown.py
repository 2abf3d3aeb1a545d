"""What notebooks and terminals are shown. That notebooks are shown it is seen in `test_notebooks.py`."""

import re

import pytest

import eks


@pytest.fixture
def small() -> eks.Cluster:
    return eks.Cluster(name="web", node_groups=[eks.NodeGroup(name="orders")])


def test_without_a_notebook_progress_is_lines(
    eks_client: eks.Client, small: eks.Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    info = eks_client.create(small).show()
    assert info.status == "active"
    lines = capsys.readouterr().out.splitlines()
    # How it stood before anybody looked is not told.
    assert "started: create the control plane" in lines
    assert any(re.fullmatch(r"done: create the control plane \(\d+m\d\ds\)", line) for line in lines)
    assert any(re.match(r"retry 1 of eks:CreateCluster in \d+s: ", line) for line in lines)
    assert lines[-1] == "finished"


def test_in_a_terminal_it_is_a_bar(
    eks_client: eks.Client,
    small: eks.Cluster,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("tqdm")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    eks_client.create(small).show()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert re.search(r"create: 100%\|.*\| (\d+)/\1 ", shown.err)


def test_a_failure_is_shown_and_raised(eks_sim: eks.sim.Simulator, eks_client: eks.Client, small: eks.Cluster) -> None:
    eks_sim.add_fault(
        eks.Fault(operation="CreateNodegroup", effect=eks.EffectFail(code="Broken", message="a <screw> is loose"))
    )
    create = eks_client.create(small)
    with pytest.raises(eks.FailedError):
        create.show()
    html = create._repr_html_()
    assert "The create has failed" in html
    assert "a &lt;screw&gt; is loose" in html
    assert "<svg " in html


def test_an_operation_is_a_line_and_its_picture(eks_client: eks.Client, small: eks.Cluster) -> None:
    create = eks_client.create(small)
    assert re.match("<p>The create (looks at what is there|is under way|is done).</p>", create._repr_html_())
    create.result()
    html = create._repr_html_()
    assert html.startswith("<p>The create is done.</p>")
    assert html.count("<svg ") == 1
    assert repr(create) == "<ended create>"


def test_a_plan_is_what_it_makes_its_times_and_its_words(eks_client: eks.Client, small: eks.Cluster) -> None:
    plan = eks_client.plan(small)
    html = plan._repr_html_()
    assert html.count("<svg ") == 2
    assert "<details><summary>As text</summary>" in html
    eks_client.create(small).result()
    html = eks_client.plan(small)._repr_html_()
    assert html.startswith("<p>There is nothing to do: cluster web is as it is wanted.</p>")
    assert "<svg " not in html


def test_a_cluster_is_tables(eks_client: eks.Client) -> None:
    jobs = eks.FargateProfile(name="jobs", selectors=[eks.Selector(namespace="batch")])
    group = eks.NodeGroup(name="orders", instance_types=["m5.large", "m5a.large"], capacity="spot")
    info = eks_client.create(eks.Cluster(name="web", fargate_profiles=[jobs], node_groups=[group])).result()
    rows = re.findall(r"<tr>(.*?)</tr>", info._repr_html_())
    cells = [re.findall(r">([^<]*)</t[dh]>", row) for row in rows]
    assert ["nodes", "2 of 2 Ready"] in cells
    assert ["add-ons", "coredns, kube-proxy, vpc-cni"] in cells
    assert ["orders", "m5.large, m5a.large", "2", "2", "2", "active"] in cells
    assert ["jobs", "batch", "active"] in cells
