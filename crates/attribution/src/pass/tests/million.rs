//! A million journeys, under every model.

use super::*;
use crate::Stage;

/// SplitMix64: enough to draw journeys, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[test]
fn in_a_million_random_journeys_every_models_credit_sums_to_one_and_its_cents_to_the_order() {
    let settings = Settings::default();
    let mut pass = Pass::new(&settings, &Model::ALL).unwrap();
    let classes = [Some("Meta Ads"), Some("Direct"), Some("(payment provider)"), None].map(|channel| pass.class_of(channel, Some("click")));
    let mut credits = Credits::new(&Model::ALL);
    let mut random = Random(20_261_125);
    let mut unattributed = 0;
    for _ in 0..1_000_000 {
        let touches = random.below(9) as usize;
        let mut times: Vec<i64> = (0..touches).map(|_| random.below(45 * DAY as u64) as i64).collect();
        times.sort_unstable();
        times.push(40 * DAY);
        times.sort_unstable();
        // Touches of the order's own instant come first.
        let order = times.iter().rposition(|time| *time == 40 * DAY).unwrap();
        let mut kinds = vec![Kind::Touch; times.len()];
        kinds[order] = Kind::Conversion;
        let of_row: Vec<u16> = times.iter().map(|_| classes[random.below(4) as usize]).collect();
        let value = random.below(100_000_000) as i64;
        let milestones = [(random.below(45), Stage::Lead), (random.below(45), Stage::Opportunity)].map(|(day, stage)| crate::Milestone {
            time: day as i64 * DAY,
            stage,
        });
        let events = [Event {
            row: order as u32,
            conversion_type: 0,
            value,
            refund_of: NO_ORDER,
        }];
        credits.clear();
        let customer = Customer {
            times: &times,
            kinds: &kinds,
            events: &events,
            classes: &of_row,
            milestones: &milestones,
            ..Customer::default()
        };
        pass.run(&customer, &mut credits).unwrap();
        unattributed += usize::from(credits.touch == [NO_TOUCH]);
        for credit in &credits.models {
            assert_eq!(credit.amounts.iter().sum::<i64>(), value, "{} of {times:?}", credit.model);
            assert!((credit.weights.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{} of {times:?}", credit.model);
        }
    }
    assert!((100_000..400_000).contains(&unattributed), "{unattributed}");
}
