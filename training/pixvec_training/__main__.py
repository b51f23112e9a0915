"""`python -m pixvec_training <command>`: the steps from public pictures to a committed model."""

import argparse
import json
from pathlib import Path

import numpy as np

from .pictures import read_sources

HERE = Path(__file__).parent.parent
LAST_CROPS = 20_000
"""Crops by which norms and head are set at the end."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="pixvec_training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, does: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=does, description=does)
        sub.add_argument("--work", type=Path, required=True, help="folder of all that a run makes (about 57 GB)")
        return sub

    package = commands.add_parser("package", help="a Debian package of pictures as a clone")
    package.add_argument("archive", type=Path, help="a .deb")
    package.add_argument("--repository", required=True, help="its name in sources.toml, such as debian/qabcs-data")
    package.add_argument("--clones", type=Path, required=True, help="folder of the clones, named owner+name")
    prepare = command("prepare", "choose the crops, from the clones and a seed, into crops.tsv")
    prepare.add_argument("--clones", type=Path, required=True, help="folder of the clones, named owner+name")
    prepare.add_argument("--seed", type=int, default=1)
    views = command("views", "decode the view of each crop (resumes)")
    views.add_argument("--clones", type=Path, required=True, help="folder of the clones, named owner+name")
    _shared(views)
    labels = command("label", "ask the teacher about each view (resumes)")
    labels.add_argument("--teacher", type=Path, required=True, help="model.onnx of ViT-Ti/16")
    labels.add_argument("--hints", type=Path, required=True, help="model.onnx of MobileNetV2")
    labels.add_argument("--device", default="cpu")
    _shared(labels)
    exclude = command("exclude", "find crops that show an evaluation picture, so that train leaves them out")
    exclude.add_argument("--against", type=Path, action="append", required=True, help="a folder of pictures")
    exclude.add_argument("--teacher", type=Path, required=True, help="model.onnx of ViT-Ti/16")
    exclude.add_argument("--device", default="cpu")
    stages = command("stages", "phase one: teach each stage of the student alone, as stages.pt")
    stages.add_argument("--hints", type=Path, required=True, help="model.onnx of MobileNetV2")
    stages.add_argument("--steps", type=int, default=900)
    stages.add_argument("--batch", type=int, default=48)
    stages.add_argument("--side", type=int, default=160, help="side of the pictures in pixels, a multiple of 32")
    stages.add_argument("--seed", type=int, default=1)
    stages.add_argument("--device", default="cpu")
    restoring = command("restore", "a checkpoint out of an exported model, for a plan to start from")
    restoring.add_argument("--model", type=Path, required=True, help="model.onnx, as export writes it")
    restoring.add_argument("--history", type=Path, required=True, help="history.json of its record: its plans")
    restoring.add_argument("--size", type=int, default=192, help="side of the model's input in pixels")
    restoring.add_argument("--run", default="restored", help="name of the checkpoint")
    train = command("train", "phase two: train the whole student (resumes from its checkpoint)")
    train.add_argument("--hints", type=Path, required=True, help="model.onnx of MobileNetV2")
    train.add_argument("--run", default="run", help="name of the checkpoint")
    length = train.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, help="steps of the whole plan")
    length.add_argument("--seconds", type=float, help="or how long it may take (a number in RUN.seconds changes that)")
    train.add_argument("--phases", default="160:1", help="side in pixels : part of the plan, …")
    train.add_argument("--teacher", type=Path, help="model.onnx of ViT-Ti/16: it is asked in the training, about the "
                       "very crop, and no labels are read. For a GPU: the views lie in its memory")
    train.add_argument("--smallest", type=float, default=0.7, help="least edge of a crop, as a part of the view's")
    train.add_argument("--coarse", type=float, default=0.0, help="part of the pictures made small and large again")
    train.add_argument("--mixed", type=float, default=0.0, help="part of the pictures laid over others (--teacher)")
    train.add_argument("--late-blocks", type=int, default=2, help="blocks after the last stage")
    train.add_argument("--averaging", type=float, default=0.998, help="of the weights, per step")
    train.add_argument("--save-every", type=float, default=600, help="seconds between checkpoints")
    train.add_argument("--start-from", type=Path, help="a checkpoint whose weights begin a new plan")
    train.add_argument("--same-target", action="store_true", help="the target and the embedding's head of that checkpoint "
                       "stay, too")
    train.add_argument("--processes", type=int, default=1, help="on CPUs: one for each core")
    train.add_argument("--frozen", type=int, default=0, help="first stages that stay as they were")
    train.add_argument("--hint-weight", type=float, default=0.5, help="of the hints; falls to 0 at the end")
    train.add_argument("--batch", type=int, default=96, help="a multiple of 24")
    train.add_argument("--lr", type=float, default=6e-4, help="of AdamW: heads, norms, stem")
    train.add_argument("--muon-lr", type=float, default=0.015, help="of Muon: the convolutions")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--device", default="cpu")
    packing = command("pack", "views into shards of small pictures, for a training on another machine")
    packing.add_argument("--out", type=Path, required=True)
    packing.add_argument("--first", type=int, default=12_000_000, help="bytes of the first shard")
    packing.add_argument("--bytes", type=int, default=57_000_000, help="bytes of the others")
    packing.add_argument("--processes", type=int, default=2)
    unpacking = command("unpack", "shards back into views, as they arrive")
    unpacking.add_argument("--shards", type=Path, required=True)
    unpacking.add_argument("--until", type=int, required=True, help="how many shards there will be")
    unpacking.add_argument("--processes", type=int, default=8)
    export = command("export", "checkpoint to model.onnx")
    export.add_argument("--run", default="run")
    export.add_argument("--size", type=int, default=192, help="side of the model's input in pixels")
    export.add_argument("--out", type=Path, required=True)
    evaluate = command("evaluate", "the quality table, as figures.json in the work folder (goes on where it stopped)")
    evaluate.add_argument("--models", type=Path, required=True, help="folder of the teachers")
    evaluate.add_argument("--caltech", type=Path, required=True, help="folder of caltech101-dev")
    evaluate.add_argument("--clones", type=Path, help="with it, the held-out pictures are evaluated too")
    evaluate.add_argument("--built-in", action="append", required=True, metavar="NAME=FOLDER",
                          help="a folder with model.onnx and pixvec.json")
    card = command("card", "write the model's card from the run's figures")
    card.add_argument("--run", default="run")
    card.add_argument("--model", type=Path, required=True, help="model.onnx, with pixvec.json beside it")
    card.add_argument("--models", type=Path, required=True, help="folder of the teachers")
    card.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    if "work" in arguments:
        arguments.work.mkdir(parents=True, exist_ok=True)
    globals()[f"_{arguments.command}"](arguments)


def _shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--part", type=int, default=0, help="which part of the chunks (0 … parts - 1)")
    command.add_argument("--parts", type=int, default=1, help="processes that share the work")


def _package(arguments: argparse.Namespace) -> None:
    from .packages import clone_package

    print(clone_package(arguments.archive, arguments.repository, arguments.clones))


def _prepare(arguments: argparse.Namespace) -> None:
    from .crops import choose_crops, write_crops

    crops = choose_crops(read_sources(HERE / "sources.toml"), arguments.clones, arguments.seed)
    write_crops(crops, arguments.work / "crops.tsv")
    print(f"{len(crops)} crops, {sum(crop.held_out for crop in crops)} of them held out")


def _views(arguments: argparse.Namespace) -> None:
    from .views import decode_views

    sources = read_sources(HERE / "sources.toml")
    decode_views(arguments.work, sources, arguments.clones, arguments.part, arguments.parts)


def _label(arguments: argparse.Namespace) -> None:
    from .label import label

    label(arguments.work, arguments.teacher, arguments.hints, arguments.device, arguments.part, arguments.parts)


def _exclude(arguments: argparse.Namespace) -> None:
    from .crops import read_crops
    from .exclude import embeddings_of, find_held_out, find_near_duplicates, pictures_in, write_excluded
    from .store import open_store
    from .teachers import ViTTiny

    crops = read_crops(arguments.work / "crops.tsv")
    store = open_store(arguments.work, len(crops))
    paths = [path for folder in arguments.against for path in pictures_in(folder)]
    teacher = ViTTiny(arguments.teacher).eval().to(arguments.device)
    vectors = embeddings_of(paths, teacher, arguments.device)
    held_out = {
        row: (cosine, f"held-out: {crops[other].repository}/{crops[other].path}")
        for row, (cosine, other) in find_held_out(store, crops).items()
    }
    outside = {
        row: (cosine, f"{paths[nearest].parent.name}/{paths[nearest].name}")
        for row, (cosine, nearest) in find_near_duplicates(store, vectors).items()
    }
    write_excluded(held_out | outside, crops, arguments.work / "excluded.tsv")
    print(f"{len(outside)} crops are left out for {len(paths)} evaluation pictures, {len(held_out)} for held-out ones")


def _stages(arguments: argparse.Namespace) -> None:
    from .stages import teach_stages

    teach_stages(arguments.work, arguments.hints, arguments.steps, arguments.batch, arguments.side, arguments.seed,
                 arguments.device, "stages")


def _train(arguments: argparse.Namespace) -> None:
    from .plan import Plan
    from .processes import run_together

    if arguments.same_target and not arguments.start_from:
        raise SystemExit("--same-target keeps what a checkpoint was aimed at: name it with --start-from.")

    phases = tuple((int(side), float(part)) for side, part in (p.split(":") for p in arguments.phases.split(",")))

    plan = Plan(
        arguments.steps, arguments.seconds, phases, arguments.batch, arguments.lr, arguments.muon_lr,
        averaging=arguments.averaging, frozen=arguments.frozen, hints=arguments.hint_weight, smallest=arguments.smallest,
        mixed=arguments.mixed, coarse=arguments.coarse, seed=arguments.seed,
    )

    def work(together) -> None:
        from .train import Training

        Training(
            _examples(arguments, plan), plan, arguments.work / "stages.pt", arguments.hints,
            arguments.work / f"{arguments.run}.pt", arguments.device, together, arguments.start_from,
            arguments.same_target, arguments.save_every, arguments.late_blocks,
        ).run()

    run_together(arguments.processes, arguments.work / f"{arguments.run}.meeting", work)


def _examples(arguments: argparse.Namespace, plan):
    from .examples import Asked, Labelled
    from .store import open_store, rows_in
    from .teachers import ViTTiny

    if arguments.teacher:
        store = open_store(arguments.work, rows_in(arguments.work))
        return Asked(store, ViTTiny(arguments.teacher), arguments.device)
    crops, banned, store = _table(arguments.work)
    return Labelled(store, _learnable(store.labelled(), crops, banned), plan, arguments.device, _shown(crops))


def _table(work: Path):
    from .crops import read_crops
    from .exclude import read_excluded
    from .store import open_store

    crops = read_crops(work / "crops.tsv")
    return crops, read_excluded(work / "excluded.tsv"), open_store(work, len(crops))


def _shown(crops) -> np.ndarray:
    """In what part of the epochs each crop takes part."""
    part = {source.repository: source.shown for source in read_sources(HERE / "sources.toml")}
    return np.array([part[crop.repository] for crop in crops])


def _learnable(rows: np.ndarray, crops, banned: set[int]) -> np.ndarray:
    return np.array([row for row in rows if not crops[row].held_out and row not in banned], np.int64)


def _pack(arguments: argparse.Namespace) -> None:
    from .shards import pack

    crops, banned, store = _table(arguments.work)
    rows = _learnable(store.decoded(), crops, banned)
    pack(arguments.work, len(crops), rows, arguments.out, arguments.first, arguments.bytes, arguments.processes)


def _unpack(arguments: argparse.Namespace) -> None:
    from .shards import unpack

    unpack(arguments.shards, arguments.work, arguments.processes, arguments.until)


def _restore(arguments: argparse.Namespace) -> None:
    import torch

    from .restore import FITTED, restore

    store, rows = _sample(arguments.work, FITTED)
    history = json.loads(arguments.history.read_text())
    checkpoint = restore(arguments.model, history, store, rows, arguments.size)
    torch.save(checkpoint, arguments.work / f"{arguments.run}.pt")


def _sample(work: Path, count: int):
    """The store, and labelled crops of the training, as often as they are shown, in a mixed order."""
    from .examples import spread

    crops, banned, store = _table(work)
    rows, chance = _learnable(store.labelled(), crops, banned), np.random.default_rng(1)
    return store, chance.permutation(spread(rows[chance.random(len(rows)) < _shown(crops)[rows]], count))


def _export(arguments: argparse.Namespace) -> None:
    from .export import export

    store, rows = _sample(arguments.work, LAST_CROPS)
    difference = export(arguments.work / f"{arguments.run}.pt", arguments.out, arguments.size, store, rows)
    print(f"{arguments.out}: {arguments.out.stat().st_size:,} bytes, float16 weights change a vector by at most "
          f"{difference:.1e}")


def _evaluate(arguments: argparse.Namespace) -> None:
    from .evaluate import caltech, evaluate, held_out

    sets = {"caltech101-dev": caltech(arguments.caltech)}
    if arguments.clones:
        sets["held-out"] = held_out(arguments.work, read_sources(HERE / "sources.toml"), arguments.clones)
    built_in = {name: Path(folder) for name, folder in (item.split("=", 1) for item in arguments.built_in)}
    evaluate(arguments.models, built_in, sets, "caltech101-dev", arguments.work / "figures.json")


def _card(arguments: argparse.Namespace) -> None:
    from .card import write_card

    sources = read_sources(HERE / "sources.toml")
    write_card(arguments.work, arguments.run, arguments.model, arguments.models, sources, HERE / "card.md",
               arguments.out)


if __name__ == "__main__":
    main()
