"""Do two engines give the same credit? Ours is exact money in whole cents by largest remainder; theirs are sums of doubles."""

MODELS = ["first_touch", "last_touch", "linear", "time_decay", "position_based"]


def campaign_key(campaign):
    return None if campaign is None else campaign.replace("-", "").lower()


def check_conversions(ours, theirs):
    """Largest relative difference of conversions by campaign and model; more than 1e-6 is an error."""
    mine = {campaign_key(row["campaign_id"]): row["conversions"] for row in ours if row["campaign_id"] is not None}
    other = {campaign_key(row[0]): row[1:] for row in theirs}
    if mine.keys() != other.keys():
        raise AssertionError(f"{len(mine)} campaigns here, {len(other)} there")
    worst = max(abs(mine[key][model] - float(other[key][at])) / max(1.0, mine[key][model]) for key in mine for at, model in enumerate(MODELS))
    if worst > 1e-6:
        raise AssertionError(f"conversions differ by {worst:.3g}")
    return worst


def check_revenue(ours, theirs, orders):
    """Totals to the cent; campaigns within what rounding each order to whole cents can do."""
    mine = {campaign_key(row["campaign_id"]): row["revenue"] for row in ours if row["campaign_id"] is not None}
    other = {campaign_key(row[0]): row[1:] for row in theirs}
    worst = 0.0
    for at, model in enumerate(MODELS):
        total, their_total = sum(float(row[model]) for row in mine.values()), sum(float(row[at]) for row in other.values())
        if abs(total - their_total) > 0.005 + 1e-9 * abs(total):
            raise AssertionError(f"{model}: {total:.2f} here, {their_total:.2f} there")
        for key, row in mine.items():
            worst = max(worst, abs(float(row[model]) - float(other[key][at])))
    # An order's share is off by less than a cent, in either direction: the sum wanders like a random walk.
    allowed = 0.05 + 0.06 * (orders / max(1, len(mine))) ** 0.5
    if worst > allowed:
        raise AssertionError(f"a campaign's revenue differs by {worst:.2f}, more than rounding to cents explains ({allowed:.2f})")
    return worst
