"""Train small Transformers whose logits grow, with each remedy, and small ones that need a place to look at.

First the gradients of the chapter are compared with PyTorch's. Then the language model of the book is trained at two
learning rates with each remedy, and a single layer with each kind of attention sink; five seeds each. Takes about
seven minutes.
"""

import numpy as np
import torch
from chapter import definitions, store
from torch import nn
from torch.nn.functional import cross_entropy, normalize

tame, language = definitions("tame-logits"), definitions("language")
torch.set_default_dtype(torch.float32)
torch.set_num_threads(1)

SEEDS, STEPS, OUTPUT_CAP, ALONE = range(5), 200, 30.0, 0.999
REMEDIES = {
    "none": {},
    "weight decay": {"decay": 0.3},
    "clipping": {"clip": 1.0},
    "z-loss": {"z_loss": 1e-4},
    "soft cap": {"attention": "soft cap"},
    "QK-norm": {"attention": "QK-norm"},
}
SINKS = ["softmax", "one", "learned", "gate"]
RUNS = [(rate, name) for rate in (0.01, 0.1) for name in REMEDIES] + [(0.003, "none"), (0.03, "none")]
WORDS, LENGTH, TRIGGERS = 64, 32, 3


def largest(ours, theirs):
    return float(f"{np.abs(ours - theirs.detach().numpy()).max():.1e}")


def compared(seed):
    """Return the largest differences between the chapter's gradients and PyTorch's."""
    rng = np.random.default_rng(seed)
    rows, gradient, sink = rng.normal(0, 5, (30, 8)), rng.normal(size=(30, 8)), rng.normal()
    z, given = torch.tensor(rows, requires_grad=True), torch.tensor(gradient)
    s, found = torch.tensor(sink, dtype=torch.float64, requires_grad=True), {}

    torch.logsumexp(z, -1).square().sum().backward()
    found["z-loss"] = largest(tame.z_loss_gradient(rows), z.grad)
    z.grad = None
    (tame.CAP * torch.tanh(z / tame.CAP) * given).sum().backward()
    found["soft cap"] = largest(tame.soft_cap_slope(rows) * gradient, z.grad)
    z.grad = None
    (normalize(z, dim=-1) * given).sum().backward()
    found["QK-norm"] = largest(tame.unit_vjp(rows, gradient), z.grad)
    z.grad = None
    (torch.softmax(torch.cat([z, s.expand(30, 1)], -1), -1)[:, :-1] * given).sum().backward()
    by_rows, by_sink = tame.sink_vjp(rows, sink, gradient)
    found["sink"] = max(largest(by_rows, z.grad), largest(by_sink.sum(), s.grad))
    return found


class Attention(language.Attention):
    """The attention of the chapter on language, with a remedy for its scores."""

    def __init__(self, width, heads, kind):
        super().__init__(width, heads)
        self.kind = kind
        if kind == "QK-norm":
            self.scale = nn.Parameter(torch.full((heads, 1, 1), (width // heads) ** 0.5))

    def forward(self, x):
        heads = self.project(x).unflatten(-1, self.split)
        q, k, v = heads.permute(2, 0, 3, 1, 4)
        if self.kind == "QK-norm":
            scores = self.scale * (normalize(q, dim=-1) @ normalize(k, dim=-1).mT)
        else:
            scores = q @ k.mT / q.shape[-1] ** 0.5
        if self.kind == "soft cap":
            scores = tame.CAP * torch.tanh(scores / tame.CAP)
        future = torch.ones(scores.shape[-2:], dtype=bool).triu(1)
        self.largest = scores.detach().masked_fill(future, 0).abs().amax().item()
        self.weights = torch.softmax(scores.masked_fill(future, -torch.inf), dim=-1)
        return self.combine((self.weights @ v).transpose(1, 2).flatten(2))


class LanguageModel(language.LanguageModel):
    def __init__(self, kind):
        super().__init__()
        self.capped = kind == "soft cap"
        self.attentions = [Attention(64, 4, kind) for _ in self.layers]
        for layer, attention in zip(self.layers, self.attentions, strict=True):
            layer.attend[1] = attention

    def forward(self, tokens):
        logits = super().forward(tokens)
        return OUTPUT_CAP * torch.tanh(logits / OUTPUT_CAP) if self.capped else logits


def optimizer_of(model, rate, steps, decay=0.0):
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=decay)
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, pct_start=0.1)


def read_text():
    """Return the tokens of the training text, and the rows of the validation and of the test."""
    parts = [language.stream(part) for part in language.split_sections(language.sections)]
    vocabulary = language.Vocabulary(parts[0], 1000)
    training, *held_out = (vocabulary.encode(part) for part in parts)
    return torch.tensor(training), *(
        list(map(torch.tensor, language.windows(tokens, language.CONTEXT))) for tokens in held_out
    )


TEXT, VALIDATION, TEST = read_text()


@torch.no_grad()
def lost(model, inputs, targets):
    """Return the mean loss of the words that are scored, and their logits."""
    logits = model(inputs)[language.scored]
    return cross_entropy(logits.flatten(0, 1), targets[language.scored].flatten()), logits


def grown(seed, rate, attention="", decay=0.0, clip=np.inf, z_loss=0.0):
    """Train the language model, and return how large its logits became and what it lost."""
    torch.manual_seed(seed)
    model, scores = LanguageModel(attention), []
    optimizer, schedule = optimizer_of(model, rate, STEPS, decay)
    for _ in range(STEPS):
        starts = torch.randint(len(TEXT) - language.CONTEXT, (8, 1))
        batch = TEXT[starts + torch.arange(language.CONTEXT + 1)]
        logits = model(batch[:, :-1])
        loss = cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())
        if z_loss:
            loss = loss + z_loss * torch.logsumexp(logits, -1).square().mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        schedule.step()
        scores.append(max(each.largest for each in model.attentions))
    (on_validation, _), (on_test, logits) = (lost(model, *rows) for rows in (VALIDATION, TEST))
    found = {"validation": on_validation, "test": on_test, "logits": logits.abs().max()}
    weights = torch.stack([each.weights for each in model.attentions])[..., language.CONTEXT // 2 :, :]
    found["one key"] = (weights > ALONE).any(-1).float().mean()
    found["first word"] = weights[..., 0].mean((1, 3)).max()
    return {name: round(float(value), 4) for name, value in found.items()} | {
        "scores": [round(score, 2) for score in scores[9::10]]
    }


def grow():
    found = {}
    for rate, name in RUNS:
        found[f"{rate} {name}"] = [grown(seed, rate, **REMEDIES[name]) for seed in SEEDS]
        print(rate, name, [row["validation"] for row in found[f"{rate} {name}"]], flush=True)
    return found


def sentences(table, count):
    """Draw rows from a table of pairs; after a trigger comes the word before it, and a mark begins each row."""
    rows = torch.zeros(count, LENGTH + 1, dtype=int)
    for i in range(1, LENGTH + 1):
        last = rows[:, i - 1]
        rows[:, i] = torch.multinomial(table[last], 1)[:, 0]
        if i > 1:
            rows[:, i] = torch.where((last > 0) & (last <= TRIGGERS), rows[:, i - 2], rows[:, i])
    return rows


class OneLayer(nn.Module):
    """A Transformer of one layer with one head, which has one of the kinds of sink."""

    def __init__(self, kind, width=64):
        super().__init__()
        self.kind, self.width = kind, width
        self.words, self.positions = nn.Embedding(WORDS, width), nn.Embedding(LENGTH, width)
        self.norm, self.project = nn.LayerNorm(width), nn.Linear(width, 3 * width, bias=False)
        self.combine = nn.Linear(width, width, bias=False)
        self.refine = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.read = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, WORDS))
        self.sink = nn.Parameter(torch.zeros(()), requires_grad=kind == "learned")
        self.gate = nn.Linear(width, width) if kind == "gate" else None

    def forward(self, tokens):
        x = self.words(tokens) + self.positions.weight
        normed = self.norm(x)
        q, k, self.values = self.project(normed).chunk(3, -1)
        scores = q @ k.mT / self.width**0.5
        scores = scores.masked_fill(torch.ones(scores.shape[-2:], dtype=bool).triu(1), -torch.inf)
        if self.kind in ("one", "learned"):
            scores = torch.cat([scores, self.sink.expand(*scores.shape[:-1], 1)], -1)
        self.weights = torch.softmax(scores, -1)[..., :LENGTH]
        mixed = self.weights @ self.values
        if self.gate:
            mixed = torch.sigmoid(self.gate(normed)) * mixed
        x = x + self.combine(mixed)
        return self.read(x + self.refine(x))


def sunk(seed, kind, steps=600):
    """Train one layer, and return where words look that have nothing to look for."""
    torch.manual_seed(seed)
    table = torch.distributions.Dirichlet(torch.full((WORDS,), 0.1)).sample((WORDS,))
    table[:, 0] = 0
    model = OneLayer(kind)
    optimizer, schedule = optimizer_of(model, 0.01, steps)
    for _ in range(steps):
        rows = sentences(table, 32)
        loss = cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    with torch.no_grad():
        rows = sentences(table, 500)
        loss = cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
    late = torch.arange(LENGTH) >= LENGTH // 2
    triggers = (rows[:, :-1] > 0) & (rows[:, :-1] <= TRIGGERS)
    quiet, before = ~triggers & late, model.weights.diagonal(-1, 1, 2)
    lengths = model.values.norm(dim=-1)
    found = {
        "loss": loss,
        "first, quiet": model.weights[..., 0][quiet].mean(),
        "first, trigger": model.weights[..., 0][triggers & late].mean(),
        "word before, trigger": before[(triggers & late)[:, 1:]].mean(),
        "sum, quiet": model.weights.sum(-1)[quiet].mean(),
        "first value": lengths[:, 0].mean(),
        "other values": lengths[:, 1:].mean(),
        "sink": model.sink,
    }
    found = {name: round(float(value.detach()), 3) for name, value in found.items()}
    print(kind, seed, found, flush=True)
    return found


if __name__ == "__main__":
    caps = [tame.CAP, OUTPUT_CAP]
    results = {
        "settings": {"steps": STEPS, "caps": caps, "one key": ALONE, "row": LENGTH, "remedies": REMEDIES},
        "differences": [compared(seed) for seed in SEEDS],
        "grown": grow(),
        "sinks": {kind: [sunk(seed, kind) for seed in SEEDS] for kind in SINKS},
    }
    store("tame_logits", results, ["numpy", "torch"])
