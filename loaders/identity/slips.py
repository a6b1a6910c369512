"""A slip in a name is not assumed where the right name is at hand.

An employee and a customer who share a phone, but not the name, are one person or two relatives. They are two where the
company's staff list has the customer's name in another row, or where the employee's name is that of another customer
who works there.
"""

import polars as pl

from loaders.identity.records import Records


def without_better_names(pairs: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`pairs` (left, right, phone, last, …) without those of unlike names where either has a better fit.

    What the end of an ID number says stands whatever the names.
    """
    staff = records.employees.select("name_key", "employer", left="unique_id", company="company")
    people = records.customers.select("payer", "employer", right="unique_id", other_key="name_key")
    asked = pairs.filter(pl.col("phone") > 0, pl.col("last") <= 0).select("left", "right")
    unlike = asked.join(staff, on="left").join(people.drop("payer", "employer"), on="right")
    unlike = unlike.filter(pl.col("name_key") != pl.col("other_key"))
    better = [
        unlike.join(staff, left_on=["company", "other_key"], right_on=["company", "name_key"], how="semi"),
        unlike.join(people, left_on=["company", "name_key"], right_on=["payer", "other_key"], how="semi"),
        unlike.join(people, left_on=["employer", "name_key"], right_on=["employer", "other_key"], how="semi"),
    ]
    return pairs.join(pl.concat(better), on=["left", "right"], how="anti", maintain_order="left")
