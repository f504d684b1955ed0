use std::collections::BTreeMap;

use super::*;

/// Something that happened: instant, kind, sequence, value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Happened {
    time: i64,
    kind: u8,
    sequence: u32,
    value: i64,
}

fn rows(mut happened: Vec<Happened>) -> Rows {
    happened.sort_unstable();
    let mut rows = Rows::default();
    for happened in happened {
        match happened.kind {
            0 => rows.touch(happened.time),
            1 => rows.order(happened.time, happened.value),
            _ => {
                let order = rows.events.iter().rposition(|event| rows.kinds[event.row as usize] == Kind::Conversion);
                rows.refund(happened.time, happened.value.abs(), order.map_or(NO_ORDER, |at| at as u32))
            }
        };
    }
    rows
}

fn journey() -> impl Strategy<Value = Vec<Happened>> {
    let kind = prop_oneof![6 => Just(0_u8), 2 => Just(1_u8), 1 => Just(2_u8)];
    let value = prop_oneof![-2_000..20_000_i64, Just(0), -1_000_000_000_000..1_000_000_000_000_i64];
    let time = prop_oneof![0..60 * DAY, (0..60_i64).prop_map(|day| day * DAY)];
    prop::collection::vec((time, kind, value), 1..60).prop_map(|rows| {
        let happened = |(sequence, (time, kind, value))| Happened {
            time,
            kind,
            sequence: sequence as u32,
            value,
        };
        rows.into_iter().enumerate().map(happened).collect()
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let weight = || prop_oneof![Just(0.0), 1e-9..1e9_f64, 0.1..1.0_f64];
    let custom = (weight(), weight(), 0.1..1.0_f64, prop::option::of(1..60 * 86_400_i64));
    let position = (weight(), weight(), 0.1..1.0_f64);
    (1..60 * 86_400_i64, any::<bool>(), 1..60 * 86_400_i64, position, custom).prop_map(|(window, closed, half_life, position, custom)| {
        let mut settings = Settings {
            window_seconds: window,
            journey: if closed { Journey::Closed } else { Journey::Rolling },
            half_life_seconds: half_life,
            position: position.into(),
            ..Settings::default()
        };
        (
            settings.custom.first,
            settings.custom.middle,
            settings.custom.last,
            settings.custom.half_life_seconds,
        ) = custom;
        settings
    })
}

/// Rows of one entry: its conversion, and row numbers in the credits.
fn entries(credits: &Credits) -> BTreeMap<u32, Vec<usize>> {
    let mut entries: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for row in 0..credits.len() {
        entries.entry(credits.entry[row]).or_default().push(row);
    }
    entries
}

fn attributed(credits: &Credits, model: usize) -> i64 {
    (0..credits.len())
        .filter(|row| credits.touch[*row] != NO_TOUCH)
        .map(|row| credits.models[model].amounts[row])
        .sum()
}

/// Sums of money by model and touch.
#[derive(Default)]
struct Sums {
    touches: Vec<u32>,
    by_touch: BTreeMap<(usize, Option<u32>), i64>,
}

impl Money for Sums {
    type Error = Error;

    fn begin(&mut self, touches: &[u32]) -> Result<(), Error> {
        self.touches = touches.to_vec();
        Ok(())
    }

    fn add(&mut self, model: usize, at: usize, amount: i64) {
        *self.by_touch.entry((model, self.touches.get(at).copied())).or_default() += amount;
    }
}

proptest! {
    #[test]
    fn money_alone_is_that_of_the_credit_rows(happened in journey(), settings in settings()) {
        let rows = rows(happened);
        let credits = rows.credits(&settings, &Model::ALL);
        let mut expected = BTreeMap::new();
        for (model, credit) in credits.models.iter().enumerate() {
            for (touch, amount) in credits.touch.iter().zip(&credit.amounts) {
                *expected.entry((model, (*touch != NO_TOUCH).then_some(*touch))).or_default() += *amount;
            }
        }
        let (mut pass, mut sums) = (Pass::new(&settings, &Model::ALL).unwrap(), Sums::default());
        let customer = rows.customer();
        pass.begin(&customer);
        while pass.step_money(&customer, &mut sums).unwrap() {}
        expected.retain(|_, amount| *amount != 0);
        sums.by_touch.retain(|_, amount| *amount != 0);
        prop_assert_eq!(sums.by_touch, expected);
    }

    #[test]
    fn credits_sum_to_one_and_amounts_to_the_order(happened in journey(), settings in settings()) {
        let rows = rows(happened);
        let credits = rows.credits(&settings, &Model::ALL);
        let entries = entries(&credits);
        prop_assert_eq!(entries.len(), rows.events.len());
        for event in &rows.events {
            let is_refund = rows.kinds[event.row as usize] == Kind::Refund;
            let expected = if is_refund { -event.value } else { event.value };
            for model in &credits.models {
                let lines = &entries[&event.row];
                prop_assert_eq!(lines.iter().map(|row| model.amounts[*row]).sum::<i64>(), expected);
                prop_assert!((lines.iter().map(|row| model.weights[*row]).sum::<f64>() - 1.0).abs() < 1e-12);
                prop_assert!(lines.iter().all(|row| model.weights[*row] >= 0.0));
                for row in lines.iter().filter(|_| !is_refund) {
                    prop_assert!(model.amounts[*row].abs() <= event.value.abs());
                    prop_assert!(model.amounts[*row].signum() * event.value.signum() >= 0);
                }
            }
        }
    }

    #[test]
    fn what_an_order_is_still_worth_never_changes_sign_at_any_touch(happened in journey(), settings in settings()) {
        let rows = rows(happened);
        let credits = rows.credits(&settings, &Model::ALL);
        let orders: BTreeMap<u32, i64> = rows.events.iter().map(|event| (event.row, event.value)).collect();
        for model in &credits.models {
            let mut left: BTreeMap<(u32, u32), i64> = BTreeMap::new();
            for row in (0..credits.len()).filter(|row| credits.touch[*row] != NO_TOUCH) {
                let left = left.entry((credits.conversion[row], credits.touch[row])).or_default();
                *left += model.amounts[row];
                prop_assert!(left.signum() * orders[&credits.conversion[row]].signum() >= 0);
            }
        }
    }

    #[test]
    fn a_full_refund_nets_every_touch_to_exactly_zero(touches in 1..50_usize, value in 0..10_000_000_i64, parts in prop::collection::vec(0..1_000_000_i64, 0..5), settings in settings()) {
        let mut rows = Rows::default();
        for at in 0..touches {
            rows.touch(at as i64 * DAY / 3);
        }
        rows.order(touches as i64 * DAY / 3, value);
        let mut left = value;
        for part in parts.into_iter().chain([value]) {
            let part = part.min(left);
            rows.refund(100 * DAY, part, 0);
            left -= part;
        }
        let credits = rows.credits(&settings, &Model::ALL);
        for model in &credits.models {
            let mut net: BTreeMap<u32, i64> = BTreeMap::new();
            (0..credits.len()).for_each(|row| *net.entry(credits.touch[row]).or_default() += model.amounts[row]);
            prop_assert!(net.values().all(|net| *net == 0));
        }
    }

    #[test]
    fn with_one_touch_all_models_agree(value in -1_000_000..1_000_000_i64, age in 0..30 * DAY, settings in settings()) {
        let mut rows = Rows::default();
        rows.touch(-age).order(0, value);
        let credits = rows.credits(&Settings { window_seconds: 30 * 86_400, ..settings }, &Model::ALL);
        for model in &credits.models {
            prop_assert_eq!((&model.weights[..], &model.amounts[..]), (&[1.0][..], &[value][..]));
        }
    }

    #[test]
    fn moving_a_whole_journey_in_time_changes_nothing(happened in journey(), settings in settings(), by in -1_000 * DAY..1_000 * DAY) {
        let mut moved = happened.clone();
        moved.iter_mut().for_each(|happened| happened.time += by);
        prop_assert_eq!(rows(happened).credits(&settings, &Model::ALL), rows(moved).credits(&settings, &Model::ALL));
    }

    #[test]
    fn decay_gives_a_later_touch_no_less(ages in prop::collection::vec(0..30 * DAY, 1..50), half_life in 1..60 * 86_400_i64, delay in 0..30 * DAY) {
        let mut ages = ages;
        ages.sort_unstable_by(|a, b| b.cmp(a));
        let weights = |delay: i64| {
            let mut rows = Rows::default();
            for age in &ages {
                rows.touch(-age - delay);
            }
            rows.order(0, 100);
            let settings = Settings { half_life_seconds: half_life, window_seconds: 60 * 86_400, ..Settings::default() };
            rows.credits(&settings, &[Model::TimeDecay]).models[0].weights.clone()
        };
        let at_once = weights(0);
        prop_assert!(at_once.is_sorted());
        // Only differences of age count: buying later changes no share.
        prop_assert_eq!(at_once, weights(delay));
    }

    #[test]
    fn a_larger_window_never_lowers_what_is_attributed(happened in journey(), settings in settings(), more in 0..60 * 86_400_i64) {
        let mut happened = happened;
        happened.retain(|happened| happened.kind < 2);
        happened.iter_mut().for_each(|happened| happened.value = happened.value.abs());
        let rows = rows(happened);
        let larger = Settings { window_seconds: settings.window_seconds + more, ..settings.clone() };
        let (small, large) = (rows.credits(&settings, &Model::ALL), rows.credits(&larger, &Model::ALL));
        for model in 0..Model::ALL.len() {
            prop_assert!(attributed(&large, model) >= attributed(&small, model));
        }
    }

    #[test]
    fn the_order_in_which_rows_arrive_changes_nothing((happened, shuffled) in journey().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())), settings in settings()) {
        prop_assert_eq!(rows(happened).credits(&settings, &Model::ALL), rows(shuffled).credits(&settings, &Model::ALL));
    }

    #[test]
    fn a_touch_outside_every_window_changes_no_credit(happened in journey(), settings in settings()) {
        let mut more = happened.clone();
        more.push(Happened { time: 61 * DAY, kind: 0, sequence: u32::MAX, value: 0 });
        prop_assert_eq!(rows(happened).credits(&settings, &Model::ALL), rows(more).credits(&settings, &Model::ALL));
    }

    #[test]
    fn the_parts_by_any_key_add_up_to_the_whole(happened in journey(), settings in settings(), keys in 1..7_u32) {
        let rows = rows(happened);
        let credits = rows.credits(&settings, &Model::ALL);
        let total: i64 = rows.events.iter().map(|event| if rows.kinds[event.row as usize] == Kind::Refund { -event.value } else { event.value }).sum();
        for model in &credits.models {
            let mut parts: BTreeMap<Option<u32>, i64> = BTreeMap::new();
            for row in 0..credits.len() {
                let key = (credits.touch[row] != NO_TOUCH).then(|| credits.touch[row] % keys);
                *parts.entry(key).or_default() += model.amounts[row];
            }
            prop_assert_eq!(parts.values().sum::<i64>(), total);
        }
    }

    #[test]
    fn event_by_event_gives_the_same_rows_and_a_pass_remembers_nothing_of_other_customers(happened in journey(), other in journey(), settings in settings()) {
        let (rows, other) = (rows(happened), rows(other));
        let mut pass = Pass::new(&settings, &Model::ALL).unwrap();
        let mut credits = Credits::new(&Model::ALL);
        pass.run(&other.customer(), &mut credits).unwrap();
        credits.clear();
        pass.begin(&rows.customer());
        while pass.step(&rows.customer(), &mut credits).unwrap() {}
        prop_assert_eq!(credits, rows.credits(&settings, &Model::ALL));
    }
}
