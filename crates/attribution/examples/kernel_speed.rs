//! Touches per second of the kernel alone, on one core: `cargo run --release -p attribution --example kernel_speed -- [million touches]`.
//!
//! Journeys have geometric lengths of mean 8, touches come hours to days apart; `3 %` is read in both ways, as conversions per hundred
//! touches and as converting journeys in a hundred.

use std::time::Instant;

use attribution::{Credits, Customer, Event, Kind, Model, NO_ORDER, Pass, Settings};

const MODELS: [Model; 5] = [Model::FirstTouch, Model::LastTouch, Model::Linear, Model::TimeDecay, Model::PositionBased];
const BATCH_ROWS: usize = 8_192;

/// Rows of many customers, one after the other.
#[derive(Default)]
struct World {
    times: Vec<i64>,
    kinds: Vec<Kind>,
    events: Vec<Event>,
    /// First row and first event of each customer.
    customers: Vec<(usize, usize)>,
    touches: usize,
}

/// A small reproducible generator: the crate has no use for a better one.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

fn world(touches: usize, conversions_per_thousand_touches: u64) -> World {
    let (mut world, mut random) = (World::default(), Random(0x9e37_79b9_7f4a_7c15));
    while world.touches < touches {
        let first = world.times.len();
        world.customers.push((first, world.events.len()));
        let mut time = random.below(365 * 86_400) as i64 * 1_000_000;
        loop {
            time += random.below(3 * 86_400_000_000) as i64;
            world.times.push(time);
            world.kinds.push(Kind::Touch);
            world.touches += 1;
            if random.below(1000) < conversions_per_thousand_touches {
                let row = (world.times.len() - first) as u32;
                world.times.push(time + 60_000_000);
                world.kinds.push(Kind::Conversion);
                world.events.push(Event {
                    row,
                    conversion_type: 0,
                    value: 500 + random.below(30_000) as i64,
                    refund_of: NO_ORDER,
                });
            }
            if random.below(8) == 0 {
                break;
            }
        }
    }
    world.customers.push((world.times.len(), world.events.len()));
    world
}

fn measure(world: &World) {
    let mut pass = Pass::new(&Settings::default(), &MODELS).expect("the defaults are valid");
    let mut credits = Credits::new(&MODELS);
    let (mut rows, mut total) = (0, [0_i64; MODELS.len()]);
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        (rows, total) = (0, [0; MODELS.len()]);
        let start = Instant::now();
        for pair in world.customers.windows(2) {
            let [(row, event), (row_end, event_end)] = [pair[0], pair[1]];
            if event == event_end {
                continue;
            }
            let customer = Customer {
                first_row: 0,
                times: &world.times[row..row_end],
                kinds: &world.kinds[row..row_end],
                events: &world.events[event..event_end],
                ..Customer::default()
            };
            pass.run(&customer, &mut credits).expect("the amounts are small");
            if credits.len() >= BATCH_ROWS {
                rows += credits.len();
                add(&mut total, &credits);
                credits.clear();
            }
        }
        rows += credits.len();
        add(&mut total, &credits);
        credits.clear();
        best = best.min(start.elapsed().as_secs_f64());
    }
    assert!(total.iter().all(|sum| *sum == total[0]), "every model shares out the same money");
    let touches = world.touches as f64;
    println!(
        "{:.1} M touches, {} conversions, {rows} credit rows, {} models: {:.1} ms, {:.0} M touches/s, {:.1} ns a credit row",
        touches / 1e6,
        world.events.len(),
        MODELS.len(),
        best * 1e3,
        touches / best / 1e6,
        best * 1e9 / rows as f64
    );
}

fn add(total: &mut [i64], credits: &Credits) {
    for (total, model) in total.iter_mut().zip(&credits.models) {
        *total += model.amounts.iter().sum::<i64>();
    }
}

fn main() {
    let millions: usize = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20);
    // Per thousand touches: 30, and 3 % of journeys of eight touches.
    for conversions in [30, 4] {
        measure(&world(millions * 1_000_000, conversions));
    }
}
