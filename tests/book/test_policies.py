"""Playing cart-poles: which episodes run, and that the last bit of a sine decides nothing."""

import numpy as np
import pytest
from chapter_code import defined_by

DECIMALS, play = defined_by("policies", "DECIMALS", "play")


class Clocks:
    """A vector environment whose episodes last 1, 2, 3, ... steps; its states count them, and the actions taken."""

    def __init__(self, count, nudge=0.0):
        self.num_envs, self.nudge, self.unwrapped = count, nudge, self

    def reset(self):
        self.state = np.zeros((2, self.num_envs))

    def step(self, actions):
        self.state = self.state + np.stack([np.ones(self.num_envs), actions * (1 / 3 + self.nudge)])
        over = self.state[0] >= np.arange(1, self.num_envs + 1)
        return None, None, over & (actions == 0), over & (actions == 1), {}


def always(action):
    return lambda states: np.full(states.shape[:-1], action)


class TestPlay:
    @pytest.mark.parametrize("action", [0, 1], ids=["terminated", "truncated"])
    def test_an_episode_runs_until_it_is_over(self, action):
        states, actions, running = play(Clocks(3), always(action))
        np.testing.assert_array_equal(running, [[1, 1, 1], [0, 1, 1], [0, 0, 1]])
        np.testing.assert_array_equal(states[..., 0], [[0, 0, 0], [1, 1, 1], [2, 2, 2]])
        np.testing.assert_array_equal(actions, np.full((3, 3), action))

    def test_shape(self):
        states, actions, running = play(Clocks(6), always(1), (2, 3))
        assert states.shape == (6, 2, 3, 2)
        assert actions.shape == running.shape == (6, 2, 3)
        np.testing.assert_array_equal(running.sum(axis=0), [[1, 2, 3], [4, 5, 6]])

    def test_each_cart_pole_gets_the_action_of_its_own_state(self):
        states, _, _ = play(Clocks(4), lambda states: np.array([[0, 1], [1, 0]]), (2, 2))
        np.testing.assert_array_equal(states[1, ..., 1] > 0, [[0, 1], [1, 0]])

    def test_states_are_rounded_where_the_environment_keeps_them(self):
        env = Clocks(2)
        states, _, _ = play(env, always(1))
        np.testing.assert_array_equal(states[1, :, 1], np.round(1 / 3, DECIMALS))
        np.testing.assert_array_equal(states, np.round(states, DECIMALS))

    def test_a_last_bit_decides_nothing(self):
        assert 1 / 3 + 5e-17 != 1 / 3
        exact, nudged = play(Clocks(50), always(1)), play(Clocks(50, nudge=5e-17), always(1))
        for one, other in zip(exact, nudged, strict=True):
            np.testing.assert_array_equal(one, other)


class TestCartPole:
    """The same with Gymnasium's own, where it is installed."""

    @pytest.fixture
    def gymnasium(self):
        return pytest.importorskip("gymnasium")

    def carts(self, gymnasium, count):
        env = gymnasium.make_vec("CartPole-v1", count, vectorization_mode="vector_entry_point")
        env.reset(seed=0)
        return env

    def test_follows_the_single_environment(self, gymnasium):
        states, _, running = play(self.carts(gymnasium, 5), always(1))
        for cart in range(5):
            single = gymnasium.make("CartPole-v1")
            single.reset()
            single.unwrapped.state = states[0, cart]
            for step in range(1, running[:, cart].sum()):
                _, _, terminated, _, _ = single.step(1)
                assert not terminated
                np.testing.assert_allclose(states[step, cart], single.unwrapped.state, atol=step * 10.0**-DECIMALS)
            assert single.step(1)[2]

    def test_a_last_bit_of_sine_and_cosine_decides_nothing(self, gymnasium, monkeypatch):
        def lean(states):
            return (states[..., 2] + states[..., 3] > 0).astype(int)

        exact = play(self.carts(gymnasium, 20), lean)
        sin, cos = np.sin, np.cos
        monkeypatch.setattr(np, "sin", lambda x: np.nextafter(sin(x), 2))
        monkeypatch.setattr(np, "cos", lambda x: np.nextafter(cos(x), -2))
        nudged = play(self.carts(gymnasium, 20), lean)
        assert len(exact[0]) > 100
        for one, other in zip(exact, nudged, strict=True):
            np.testing.assert_array_equal(one, other)
