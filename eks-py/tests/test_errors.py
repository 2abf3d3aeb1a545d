"""Errors are exceptions with attributes."""

import copy
import pickle
from collections.abc import Callable

import pytest

import eks


def test_a_broken_rule_names_field_value_and_rule() -> None:
    with pytest.raises(eks.EksError, match="nodeGroups") as caught:
        eks.rehearse({"name": "web", "nodeGroups": [{"name": "a", "scaling": {"min": 3, "max": 2}}]})
    error = caught.value
    assert error.kind == "invalidSpec"
    assert not error.retryable
    assert error.code is None
    assert error.violations[0].field.startswith("nodeGroups[0].scaling")
    assert error.violations[0].rule


def test_an_unknown_key_comes_with_a_suggestion() -> None:
    with pytest.raises(eks.EksError, match="did you mean `nodeGroups`"):
        eks.rehearse({"nodGroups": []})


def test_a_version_that_is_not_offered() -> None:
    with pytest.raises(eks.EksError, match="1.23") as caught:
        eks.rehearse({"version": "1.23"})
    assert caught.value.kind == "invalidSpec"


def pickled(error: eks.EksError) -> object:
    return pickle.loads(pickle.dumps(error))


@pytest.mark.parametrize("kind", [eks.EksError, eks.QuotaExceededError, eks.AccessDeniedError, eks.OperationTimeout])
@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, pickled])
def test_an_error_can_be_copied(twin: Callable[[eks.EksError], object], kind: type[eks.EksError]) -> None:
    error = kind(
        "cluster web: no",
        kind="quotaExceeded",
        code="ResourceLimitExceeded",
        violations=(eks.Violation(field="name", value="web", rule="be free"),),
    )
    other = twin(error)
    assert type(other) is kind
    assert str(other) == "cluster web: no"
    assert vars(other) == vars(error)


def test_what_has_no_json_form_is_a_type_error() -> None:
    with pytest.raises(TypeError):
        eks.rehearse({"name": object()})


def test_each_kind_is_a_class_and_the_fitting_builtin() -> None:
    from eks.errors import _CLASSES

    kinds = {value for name, value in vars(eks.ErrorKind).items() if name.isupper()}
    assert set(_CLASSES) == kinds
    assert all(issubclass(kind, eks.EksError) for kind in _CLASSES.values())
    assert len(set(_CLASSES.values())) == len(_CLASSES)
    with pytest.raises(ValueError):
        eks.rehearse({"nodGroups": []})
    with pytest.raises(LookupError):
        eks.sim.Simulator().client().describe("web")
