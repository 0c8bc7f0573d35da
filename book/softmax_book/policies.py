"""What the chapter on policies needs to play with Gymnasium's cart-poles."""

import numpy as np

DECIMALS = 5  # of metres, radians and seconds: a hundredth of a millimetre
SPACING = 0.7  # between drawings of a pole that is 1 m long


def play(env, choose, shape=None):
    """Play one episode with each cart-pole of a vector environment.

    `choose` takes the states, arranged in `shape`, and returns the actions.
    Return states, actions, and whether the episode was still running, with a
    first axis of steps.

    States are rounded. A cart-pole magnifies the smallest difference, and the
    last bit of a sine isn't the same on every machine.
    """
    env.reset()
    shape = (env.num_envs,) if shape is None else shape
    running = np.ones(env.num_envs, bool)
    steps = []
    while running.any():
        env.unwrapped.state = np.round(env.unwrapped.state, DECIMALS)
        states = env.unwrapped.state.T.reshape(*shape, -1)
        actions = choose(states)
        steps.append((states, actions, running.reshape(shape)))
        _, _, terminated, truncated, _ = env.step(actions.ravel())
        running = running & ~(terminated | truncated)
    return tuple(np.stack(part) for part in zip(*steps, strict=True))


def draw_poles(ax, states, every):
    """Draw cart and pole at every so many states, from left to right."""
    for number, (x, _, angle, _) in enumerate(states[::every]):
        foot = number * SPACING + x
        ax.plot([foot, foot + np.sin(angle)], [0, np.cos(angle)], color="C0")
        ax.plot(foot, 0, "s", color="C1", markersize=8)
    numbers = np.arange(number + 1)
    ax.set_xticks(numbers * SPACING, numbers * every)
    ax.set(xlabel="step", ylim=(-0.12, 1.1), yticks=[], aspect="equal")
    ax.spines["left"].set_visible(False)
    ax.grid(visible=False)
