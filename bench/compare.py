"""Do two engines give the same credit? Ours is exact money by largest remainder; theirs are sums of doubles."""

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


def check_revenue(ours, theirs):
    """Largest difference of money by campaign and model; more than a cent is an error."""
    mine = {campaign_key(row["campaign_id"]): row["revenue"] for row in ours if row["campaign_id"] is not None}
    other = {campaign_key(row[0]): row[1:] for row in theirs}
    if mine.keys() != other.keys():
        raise AssertionError(f"{len(mine)} campaigns here, {len(other)} there")
    worst = 0.0
    for at, model in enumerate(MODELS):
        for key, row in mine.items():
            worst = max(worst, abs(float(row[model]) - float(other[key][at])))
    if worst > 0.01:
        raise AssertionError(f"a campaign's revenue differs by {worst:.4f}")
    return worst


def check_paths(ours, theirs):
    """Removal effects that are drawn at random cannot agree with exact ones: the large channels must be near, and the totals equal."""
    if ours.keys() != theirs.keys():
        raise AssertionError(f"the channels differ: {sorted(ours.keys() ^ theirs.keys())}")
    for measure, name in enumerate(("conversions", "value")):
        mine, other = sum(row[measure] for row in ours.values()), sum(row[measure] for row in theirs.values())
        if abs(mine - other) > 1e-6 * mine:
            raise AssertionError(f"all {name} are {mine} here and {other} there")
        for channel, row in ours.items():
            if row[measure] > 0.05 * mine and abs(row[measure] - theirs[channel][measure]) > 0.1 * row[measure]:
                raise AssertionError(f"{name} of {channel} are {row[measure]} here and {theirs[channel][measure]} there")
