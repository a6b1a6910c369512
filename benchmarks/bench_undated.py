"""How well a hidden product is found where nothing is dated: `uv run python benchmarks/bench_undated.py [SOURCE]`.

One product of a fifth of the customers who hold several is taken out of `holdings`, the source is loaded and searched
as a bank would do it, and the hidden product's place among each customer's exported products is looked up, beside
popularity, cosine item-KNN (Sarwar et al. 2001) and EASE (Steck 2019). Without SOURCE, a made-up insurer.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from insurer import make_insurer

from graph.home import Home
from graph.opportunities.find import FILE, find
from loaders.load import Request, load_source
from texts.progress import Silent

PLACES = (1, 3, 5)
EASE_WEIGHT = 300.0


def read(source: Path, table: str) -> pl.DataFrame:
    """One table of a folder of CSV files, as text."""
    file = next(source.glob(f"{table}.csv*"))
    return pl.read_csv(file, infer_schema=False)


def masked(source: Path, folder: Path, seed: int) -> pl.DataFrame:
    """Writes the source without the hidden (holder_id, product_id) into `folder`, and returns them."""
    folder.mkdir()
    for name in ("customers", "products"):
        read(source, name).write_csv(folder / f"{name}.csv")
    holdings = read(source, "holdings").unique(["holder_id", "product_id"], maintain_order=True)
    several = holdings.filter(pl.len().over("holder_id") > 1)
    holders = several["holder_id"].unique().sort().sample(fraction=0.2, seed=seed)
    shuffled = several.filter(pl.col("holder_id").is_in(holders.implode())).sort("holder_id", "product_id")
    hidden = shuffled.sample(fraction=1.0, shuffle=True, seed=seed).unique(
        "holder_id", keep="first", maintain_order=True
    )
    holdings.join(hidden, on=["holder_id", "product_id"], how="anti").write_csv(folder / "holdings.csv")
    return hidden.select(subject_id="holder_id", product_id="product_id")


def found(source: Path, home: Path) -> pl.DataFrame:
    """(subject_id, product_id, probability) of every cross_sell opportunity, best first."""
    snapshot = load_source(Home.open(home), Request(str(source)), Silent()).snapshot
    out = home / "found"
    out.mkdir()
    result = find(snapshot, kinds=["cross_sell"], progress=Silent(), out=out)
    print(result.manifest["models"]["cross_sell"])
    return pl.read_parquet(out / FILE, columns=["subject_id", "product_id", "probability"])


def hit_rates(scores: pl.DataFrame, hidden: pl.DataFrame) -> str:
    """HR@k of `scores` (subject_id, product_id, probability)."""
    ranked = scores.join(hidden.select("subject_id"), on="subject_id", how="semi").with_columns(
        place=pl.col("probability").rank("ordinal", descending=True).over("subject_id")
    )
    place = hidden.join(ranked, on=["subject_id", "product_id"], how="left")["place"].fill_null(10_000)
    return "  ".join(f"{(place <= k).mean():.3f}" for k in PLACES)


def baselines(source: Path, hidden: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The scores of popularity, item-KNN and EASE for those who had a product hidden."""
    held = read(source, "holdings").select("holder_id", "product_id").unique()
    people, products = held["holder_id"].unique().sort(), held["product_id"].unique().sort()
    matrix = np.zeros((len(people), len(products)))
    matrix[people.search_sorted(held["holder_id"]), products.search_sorted(held["product_id"])] = 1.0
    together = matrix.T @ matrix
    norm = np.sqrt(np.clip(np.diag(together), 1, None))
    cosine = together / norm[:, None] / norm[None, :]
    np.fill_diagonal(cosine, 0.0)
    inverse = np.linalg.inv(together + EASE_WEIGHT * np.eye(len(products)))
    weights = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(weights, 0.0)
    asked = people.search_sorted(hidden["subject_id"])
    rows = matrix[np.clip(asked, 0, len(people) - 1)]
    scores = {
        "popularity": np.tile(matrix.sum(axis=0), (len(rows), 1)),
        "item_knn": rows @ cosine,
        "ease": rows @ weights,
    }
    return {name: _long(np.where(rows > 0, -np.inf, score), hidden, products) for name, score in scores.items()}


def _long(score: np.ndarray, hidden: pl.DataFrame, products: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({
        "subject_id": hidden["subject_id"].to_numpy().repeat(len(products)),
        "product_id": np.tile(products.to_numpy(), len(hidden)),
        "probability": score.ravel(),
    })  # fmt: skip


def main(source: Path | None, seed: int = 0) -> None:
    """Prints HR@1, 3, 5 of each method."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if source is None:
            source = folder / "insurer"
            make_insurer(source, seed)
        hidden = masked(source, folder / "masked", seed)
        for method, scores in baselines(folder / "masked", hidden).items():
            print(f"{method:12} {hit_rates(scores, hidden)}")
        start = time.perf_counter()
        scores = found(folder / "masked", folder / "home")
        print(f"{'guanxi':12} {hit_rates(scores, hidden)}  {time.perf_counter() - start:.1f} s, {len(hidden):,} hidden")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
