"""Softmax, its logarithm, the log-sum-exp and the softmax's gradient."""

import numpy as np
from numpy.typing import ArrayLike

from softmax_lib._arrays import (
    as_mask,
    as_real,
    as_result,
    broadcast,
    floating_type,
    ignore_fp_errors,
    normalize_axes,
    promote,
    require_shape,
    result_like,
    without_axes,
)
from softmax_lib._blocks import Rows
from softmax_lib._rows import (
    MAX,
    TINY,
    WIDER,
    exp_shifted,
    integer_shift,
    log_softmax_of_state,
    log_sum_exp,
    max_and_tail,
    row_max,
    row_sum,
    softmax_of_state,
    softmax_rows,
)
from softmax_lib._state import state_of_block
from softmax_lib._types import Axis, Floats, FloatsOrScalar


@ignore_fp_errors
def softmax(
    logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None, out: Floats | None = None
) -> FloatsOrScalar:
    return _map_rows(softmax_of_block, logits, axis, where, out, excluded=0)


@ignore_fp_errors
def log_softmax(
    logits: ArrayLike, axis: Axis = -1, *, where: ArrayLike | None = None, out: Floats | None = None
) -> FloatsOrScalar:
    return _map_rows(_log_softmax_of_block, logits, axis, where, out, excluded=-np.inf)


def _map_rows(function, logits, axis, where, out, excluded):
    """Fill a result like logits by function(block, result), and with `excluded` where the mask is False."""
    z = as_real(logits, "logits")
    mask = as_mask(where, z.shape)
    result = result_like(z, out, *([] if mask is None else [mask]))
    rows = Rows(z, normalize_axes(axis, z.ndim), mask)
    of_rows = rows.view(result)
    for block in rows.blocks():
        function(block, of_rows)
    if mask is not None:
        np.copyto(result, excluded, where=~mask)
    return as_result(result, result.dtype, out)


def softmax_of_block(block, result):
    """Set the block of the result to the softmax of its rows; of rows in pieces, first to their exponentials."""
    if block.whole is not None:
        for z, out in block.results(result):
            softmax_rows(z, out)
        return
    if result.dtype.itemsize >= 4:  # enough to hold the exponentials
        k = integer_shift(np.maximum.reduce([row_max(z)[0] for z in block.logits()]))
        total = np.add.reduce([row_sum(exp_shifted(z, k, out)) for z, out in block.results(result)])
        if not total.max() > MAX[block.rows.dtype]:
            for _, out in block.results(result, keep=True):
                np.divide(out, total.astype(out.dtype), out=out)
            return
    state = state_of_block(block)
    for z, out in block.results(result):
        softmax_of_state(z, *state, out)


def _log_softmax_of_block(block, result):
    z_max, tail = state_of_block(block)
    for z, out in block.results(result):
        log_softmax_of_state(z, z_max, tail, out)


@ignore_fp_errors
def logsumexp(
    logits: ArrayLike,
    axis: Axis = -1,
    keepdims: bool = False,
    *,
    b: ArrayLike | None = None,
    return_sign: bool = False,
    where: ArrayLike | None = None,
) -> FloatsOrScalar:
    z = as_real(logits, "logits")
    mask = as_mask(where, z.shape)
    axes = normalize_axes(axis, z.ndim)
    rows = Rows(z, axes, mask)
    factors = None if b is None else rows.view(broadcast(as_real(b, "b"), "b", z.shape, "the logits' shape"))
    shape = without_axes(z.shape, axes)
    log_total, sign = np.full(shape, -np.inf, floating_type(z)), np.zeros(shape, floating_type(z))
    results, signs = rows.view_of_samples(log_total), rows.view_of_samples(sign)
    for block in rows.blocks():
        if factors is None:
            of_block = _log_sum_exp_of_block(block)
            sign_of_block = np.where(of_block == -np.inf, 0, np.where(np.isnan(of_block), np.nan, 1))
        else:
            of_block, sign_of_block = _weighted_log_sum_exp_of_block(block, factors)
        results[block.index] = of_block.reshape(results[block.index].shape)
        signs[block.index] = sign_of_block.reshape(results[block.index].shape)
    if keepdims:
        kept = [1 if index in axes else size for index, size in enumerate(z.shape)]
        log_total, sign = log_total.reshape(kept), sign.reshape(kept)
    if return_sign:
        return log_total[()], sign[()]
    return np.where(sign < 0, np.nan, log_total)[()] if b is not None else log_total[()]


# From which multiple of the result on, its rounding error is too large where m + log(1 + T) cancels.
CANCELLATION = {np.dtype(np.float32): 1, np.dtype(np.float64): 4}


def _log_sum_exp_of_block(block):
    """Return the log-sum-exp of rows; where it is next to 0 while the maximum is not, from a wider type."""
    z_max, tail = state_of_block(block)
    total = log_sum_exp(z_max, tail)
    if block.rows.dtype in CANCELLATION:
        near = (z_max < 0) & (np.log1p(tail) > CANCELLATION[block.rows.dtype] * np.abs(total))
        if near.any():
            z = np.concatenate([z[near[:, 0]] for z in block.logits()], axis=1)
            total[near[:, 0]] = log_sum_exp(*max_and_tail(z.astype(WIDER[z.dtype])))
    return total


def _weighted_log_sum_exp_of_block(block, factors):
    """Return log(abs(sum of b exp(z))) of rows, and the sign of the sum."""
    z = np.concatenate([promote(z, np.float64) for z in block.logits()], axis=1)
    b = np.concatenate([promote(b, z.dtype) for b in block.load(factors)], axis=1)
    z = np.where(b == 0, -np.inf, z)
    terms = b * np.exp(z - np.ceil(np.max(z, axis=1, keepdims=True)))
    position = np.argmax(z + np.log(np.abs(b)), axis=1)[:, np.newaxis]
    z_max, largest = (np.take_along_axis(array, position, axis=1) for array in (z, terms))
    b_max = np.take_along_axis(b, position, axis=1)
    np.put_along_axis(terms, position, 0, axis=1)
    ratio = row_sum(terms) / largest
    log_total = np.where(np.isinf(z_max), z_max, z_max + np.log(np.abs(b_max)) + np.log1p(ratio))
    below = ratio < -1
    log_total = np.where(below, z_max + np.log(np.abs(b_max)) + np.log(-1 - ratio), log_total)
    return log_total, np.sign(b_max) * np.where(below, -1, 1) * (log_total > -np.inf)


@ignore_fp_errors
def softmax_vjp(
    logits: ArrayLike, cotangent: ArrayLike, axis: Axis = -1, *, out: Floats | None = None
) -> FloatsOrScalar:
    z = as_real(logits, "logits")
    g = as_real(cotangent, "cotangent")
    require_shape(g, "cotangent", z.shape, "the shape of logits")
    gradient = result_like(z, out, g)
    rows = Rows(z, normalize_axes(axis, z.ndim))
    gradients, cotangents = rows.view(gradient), rows.view(g)
    for block in rows.blocks():
        state = state_of_block(block)
        halves = [promote(g, np.float64) / 2 for g in block.load(cotangents)]  # their differences are finite
        p = [softmax_of_state(z, *state) for z in block.logits()]
        mean = sum(row_sum(p * half) for p, half in zip(p, halves, strict=True))
        for (z, out_of_piece), p_of_piece, half in zip(block.results(gradients), p, halves, strict=True):
            out_of_piece[...] = 2 * _product(p_of_piece, half - mean, z, state)
    return as_result(gradient, gradient.dtype, out)


def _product(p, factor, z, state):
    """Return p * factor, also where p is subnormal, or 0, while the product is not."""
    product = p * factor
    if p.min() < TINY[p.dtype]:
        root = np.exp((z - log_sum_exp(*state)) / 2)
        np.copyto(product, root * factor * root, where=p < TINY[p.dtype])
    return product
