use super::*;
use types::Currency;

fn prepare(windows: &[i64], break_even: f64) -> Result<PreparedStability, QueryError> {
    let settings = Settings::default();
    let organization = Organization {
        currency: Currency::EUR,
        zone: "UTC",
        attribution: &settings,
        history: &[],
    };
    let question = StabilityQuestion {
        from: "2024-05-01".to_owned(),
        to: "2024-05-31".to_owned(),
        zone: None,
        settings: None,
        model: Model::Linear,
        windows: windows.to_vec(),
        break_even,
        date_basis: DateBasis::Conversion,
    };
    stability(&question, &organization)
}

/// Channels with their spend and revenue under each model; the first model's differs.
fn table(channels: &[(&str, Option<&str>, &str, &str)]) -> RawTable {
    let decimal = |text: &str| Cell::Decimal(text.parse().unwrap());
    let rows = channels.iter().map(|(name, spend, first, others)| {
        let mut row = vec![Cell::Text((*name).into()), spend.map_or(Cell::Null, decimal), decimal(first)];
        row.extend(std::iter::repeat_n(decimal(others), Model::ALL.len() - 1));
        row
    });
    RawTable {
        columns: Vec::new(),
        rows: rows.collect(),
        totals: Vec::new(),
        data_version: 3,
        is_truncated: false,
    }
}

#[test]
fn the_window_in_use_is_always_one_of_those_compared() {
    assert_eq!(prepare(&[86_400], 1.0).unwrap().plans().len(), 2);
    assert_eq!(prepare(&[30 * 86_400, 86_400, 86_400], 1.0).unwrap().windows, [86_400, 30 * 86_400]);
    let error = prepare(&[86_400, -1], 1.0).unwrap_err();
    assert_eq!(error.problems[0].pointer, "/windows/1");
    for nonsense in [0.0, -1.0, f64::NAN] {
        assert_eq!(prepare(&[], nonsense).unwrap_err().problems[0].pointer, "/break_even");
    }
    let many: Vec<i64> = (1..20).collect();
    assert_eq!(prepare(&many, 1.0).unwrap_err().problems[0].pointer, "/windows");
}

#[test]
fn a_channel_that_pays_under_one_model_only_depends_on_the_model() {
    let prepared = prepare(&[], 1.0).unwrap();
    let answer = prepared.finish(vec![table(&[
        ("Meta Ads", Some("100.00"), "150.00", "90.00"),
        ("Google Ads", Some("50.00"), "200.00", "200.00"),
        ("Direct", None, "10.00", "300.00"),
        ("E-mail", None, "20.00", "20.00"),
    ])]);
    let found: Vec<_> = answer
        .channels
        .iter()
        .map(|channel| (channel.channel.as_str(), channel.verdict, channel.rank_best, channel.rank_worst))
        .collect();
    assert_eq!(
        found,
        [
            ("Meta Ads", Verdict::DependsOnModel, 2, 2),
            ("Google Ads", Verdict::Stable, 1, 1),
            ("E-mail", Verdict::Stable, 3, 4),
            ("Direct", Verdict::DependsOnModel, 1, 4),
        ]
    );
    let meta = &answer.channels[0];
    assert_eq!((meta.crosses_break_even.on_model, meta.crosses_break_even.on_window), (true, false));
    assert_eq!((meta.cells[0].roas, meta.cells[1].roas), (Some(1.5), Some(0.9)));
    assert_eq!(answer.channels[3].cells[0].roas, None);
}

#[test]
fn a_channel_that_pays_within_one_window_only_depends_on_the_window() {
    let prepared = prepare(&[86_400], 2.0).unwrap();
    let short = table(&[("Meta Ads", Some("100.00"), "150.00", "150.00")]);
    let long = table(&[("Meta Ads", Some("100.00"), "250.00", "250.00")]);
    let answer = prepared.finish(vec![short, long]);
    assert_eq!(answer.channels[0].verdict, Verdict::DependsOnWindow);
    assert_eq!(answer.channels[0].cells.len(), 2 * Model::ALL.len());
}
