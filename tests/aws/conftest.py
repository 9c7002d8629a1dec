"""One emulator and one machine for all tests; both are gone afterwards."""

import pytest

from world import Cloud, OneMachine


@pytest.fixture(scope="session")
def cloud():
    cloud = Cloud()
    yield cloud
    cloud.stop()


@pytest.fixture(scope="session")
def one_machine():
    machine = OneMachine()
    yield machine
    machine.stop()


@pytest.fixture(params=["cloud", "one_machine"])
def world(request):
    return request.getfixturevalue(request.param)
