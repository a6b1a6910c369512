"""Campaigns of the last two years: who was reached, who was held out, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.adoption import Adopters, Days
from demo.catalogue import RETAIL
from demo.clock import Clock
from demo.columns import NEVER, Bools, Floats, Ints, between, chance, choose, dates, keys, money, pick
from demo.customers import CHANNELS
from demo.population import Population

_WINDOW = 60  # days in which an opening counts as the campaign's; all campaigns began longer ago than that
_CONTACTING = 30
_OUTCOMES = ("none", "opened", "clicked", "refused", "complained")
_OUTCOME_WEIGHTS = (66, 24, 7.5, 2.2, 0.3)
_COST = {"app": 0.05, "wechat": 0.1, "wecom": 0.5, "sms": 0.06, "call": 6.0, "branch": 15.0}


@dataclass(frozen=True)
class Campaign:
    """One campaign: begun so many days before the as-of day, at a share of those who could take the product.

    `effect` is the chance that an average treated customer takes it who would not have done so unasked.
    """

    name: str
    product_id: str
    days_ago: int
    reach: float
    control: float
    effect: float
    channel: str
    offer: str
    script: str


@dataclass(frozen=True)
class Reached:
    """Who was chosen, on which day, and whether they were contacted (or held out)."""

    customer: Ints
    day: Ints
    treated: Bools


CAMPAIGNS = (
    Campaign("手机支付绑卡有礼", "R03", 700, 0.10, 0.10, 0.040, "app", "首绑立减10元", "绑定借记卡即可领取立减券。"),
    Campaign(
        "信用卡新户办卡",
        "R06",
        610,
        0.06,
        0.10,
        0.022,
        "sms",
        "首年免年费",
        "您有一张信用卡待申请，详情请登录手机银行。",
    ),
    Campaign(
        "安心理财体验",
        "R11",
        520,
        0.05,
        0.20,
        0.025,
        "wechat",
        "新客专享",
        "理财非存款，投资须谨慎，请先完成风险测评。",
    ),
    Campaign(
        "账单分期优惠", "R07", 430, 0.20, 0.10, 0.030, "sms", "手续费八折", "本期账单可申请分期，费率以页面展示为准。"
    ),
    Campaign("基金定投季", "R14", 340, 0.06, 0.15, 0.020, "app", "申购费一折", "基金有风险，投资须谨慎。"),
    Campaign(
        "个人养老金开户",
        "R18",
        250,
        0.08,
        0.10,
        0.030,
        "wecom",
        "开户礼50元",
        "个人养老金可享税收优惠，欢迎咨询您的客户经理。",
    ),
    Campaign(
        "大额存单预约",
        "R05",
        170,
        0.10,
        0.10,
        0.035,
        "call",
        "额度优先预约",
        "新一期大额存单开放预约，欢迎到网点咨询。",
    ),
    Campaign(
        "积存金开户", "R16", 100, 0.04, 0.20, 0.018, "app", "首笔交易费减半", "积存金价格随市场波动，请谨慎决定。"
    ),
)


def table(clock: Clock) -> pl.DataFrame:
    """The table `campaigns`."""
    starts = np.array([clock.today - campaign.days_ago for campaign in CAMPAIGNS])
    return pl.DataFrame(
        {
            "campaign_id": campaign_ids(),
            "name": [campaign.name for campaign in CAMPAIGNS],
            "product_id": [campaign.product_id for campaign in CAMPAIGNS],
            "starts_on": dates(starts),
            "ends_on": dates(starts + _WINDOW),
            "offer": [campaign.offer for campaign in CAMPAIGNS],
            "script": [campaign.script for campaign in CAMPAIGNS],
        }
    )


def campaign_ids() -> pl.Series:
    """The ids of `CAMPAIGNS`."""
    return keys("A", len(CAMPAIGNS), 3)


def run(rng: np.random.Generator, world: Population, who: Adopters, may_contact: Bools, opened: Days) -> pl.DataFrame:
    """The table `contacts`; what treatment brought about is added to `opened` (products x customers)."""
    place = {product.product_id: index for index, product in enumerate(RETAIL)}
    frames: list[pl.DataFrame] = []
    for campaign, campaign_id in zip(CAMPAIGNS, campaign_ids(), strict=True):
        row = place[campaign.product_id]
        start = world.clock.today - campaign.days_ago
        able = may_contact & (who.earliest[row] < start) & (opened[row] > start + _CONTACTING)
        if prerequisite := RETAIL[row].prerequisite:
            able &= opened[place[prerequisite]] < start
        reached = _reach(rng, campaign, np.flatnonzero(able), start)
        _persuade(rng, campaign, reached, who.traits, opened[row])
        who_and_why = {"campaign_id": campaign_id, "customer_id": pick(world.customer_ids, reached.customer)}
        frames.append(pl.DataFrame(who_and_why | _contacts(rng, campaign, reached, opened[row])))
    return pl.concat(frames)


def _reach(rng: np.random.Generator, campaign: Campaign, able: Ints, start: int) -> Reached:
    customer = able[chance(rng, campaign.reach, len(able))]
    day = start + rng.integers(0, _CONTACTING, len(customer))
    return Reached(customer, day, ~chance(rng, campaign.control, len(customer)))


def _persuade(
    rng: np.random.Generator, campaign: Campaign, reached: Reached, traits: Mapping[str, Floats], opened: Ints
) -> None:
    """Those with a liking for the product take it more often when asked."""
    product = next(product for product in RETAIL if product.product_id == campaign.product_id)
    customer, size = reached.customer, len(reached.customer)
    pull = np.sum([weight * traits[name][customer] for name, weight in product.draws.items()], axis=0)
    day = reached.day + 1 + rng.integers(0, _CONTACTING, size)
    takes = reached.treated & chance(rng, np.clip(campaign.effect * np.exp(pull), 0, 0.4), size)
    opened[customer[takes]] = np.minimum(opened[customer[takes]], day[takes])


def _contacts(rng: np.random.Generator, campaign: Campaign, reached: Reached, opened: Ints) -> dict[str, pl.Series]:
    """When each was contacted and what came of it."""
    day, size = reached.day, len(reached.day)
    taken = opened[reached.customer]
    took = (taken > day) & (taken <= day + _WINDOW)
    answer = np.where(reached.treated, choose(rng, _OUTCOME_WEIGHTS, size), 0)
    outcome = np.where(took, len(_OUTCOMES), answer)
    answered = np.where(took, taken, np.where(answer > 0, day + rng.integers(0, 3, size), NEVER))
    return {
        "contacted_on": dates(day),
        "arm": pick(("control", "treated"), reached.treated.astype(np.int32)),
        "channel": pick((campaign.channel,), reached.treated.astype(np.int32) - 1),
        "outcome": pick((*_OUTCOMES, "accepted"), outcome),
        "outcome_on": dates(answered),
        "cost": money(np.where(reached.treated, _COST[campaign.channel], 0.0)),
    }


def refusals(rng: np.random.Generator, contacts: pl.DataFrame, world: Population) -> pl.DataFrame:
    """The table `refusals`: most who refused an offer, and a few who came to say so on their own."""
    said_no = contacts.filter(contacts["outcome"].is_in(["refused", "complained"]))
    everything = chance(rng, 0.2, len(said_no))
    after = said_no.select(
        "customer_id",
        channel=pl.Series(pick(("all",), everything.astype(np.int32) - 1)).fill_null(said_no["channel"]),
        refused_on="outcome_on",
    )
    size = len(world.customers)
    unasked = np.flatnonzero(chance(rng, 0.004, size))
    day = between(rng, world.customers.since[unasked], world.clock.today, len(unasked))
    own = pl.DataFrame(
        {
            "customer_id": pick(world.customer_ids, unasked),
            "channel": pick((*CHANNELS, "all"), rng.integers(0, len(CHANNELS) + 1, len(unasked))),
            "refused_on": dates(day),
        }
    )
    return pl.concat([after, own])
