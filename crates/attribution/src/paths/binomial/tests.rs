use expect_test::expect;
use rand_chacha::rand_core::SeedableRng;

use super::*;

fn seeded() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(42)
}

/// ln k!
fn ln_factorial(k: u64) -> f64 {
    (1..=k).map(|factor| (factor as f64).ln()).sum()
}

/// Pearson's statistic of draws against the probabilities, cells with less than five expected taken together, and the degrees of freedom.
fn chi_square(trials: u64, chance: f64, draws: usize) -> (f64, f64) {
    let mut random = seeded();
    let mut counts = vec![0.0; trials as usize + 1];
    (0..draws).for_each(|_| counts[binomial(&mut random, trials, chance) as usize] += 1.0);
    let (mut statistic, mut cells, mut rest) = (0.0_f64, 0.0, (0.0_f64, 0.0));
    for (k, count) in counts.iter().enumerate() {
        let k = k as u64;
        let ways = ln_factorial(trials) - ln_factorial(k) - ln_factorial(trials - k);
        let expected = draws as f64 * (ways + k as f64 * chance.ln() + (trials - k) as f64 * (1.0 - chance).ln()).exp();
        if expected < 5.0 {
            rest = (rest.0 + count, rest.1 + expected);
        } else {
            statistic += (count - expected).powi(2) / expected;
            cells += 1.0;
        }
    }
    if rest.1 > 0.0 {
        statistic += (rest.0 - rest.1).powi(2) / rest.1;
    }
    (statistic, cells)
}

#[test]
fn draws_have_the_binomial_distribution() {
    for (trials, chance) in [(1, 0.3), (20, 0.3), (20, 0.7), (1_000, 0.004), (100, 0.25), (400, 0.5), (2_000, 0.9)] {
        let (statistic, cells) = chi_square(trials, chance, 200_000);
        // Five deviations above the mean of the statistic.
        assert!(
            statistic < cells + 5.0 * (2.0 * cells).sqrt(),
            "{trials} × {chance}: {statistic} over {cells} cells"
        );
    }
}

#[test]
fn ends_are_exact() {
    let mut random = seeded();
    assert_eq!(
        [
            binomial(&mut random, 0, 0.5),
            binomial(&mut random, 9, 0.0),
            binomial(&mut random, 9, 1.0)
        ],
        [0, 0, 9]
    );
}

#[test]
fn a_multinomial_draw_gives_out_everything() {
    let mut random = seeded();
    for _ in 0..200 {
        let mut drawn = Vec::new();
        multinomial(&mut random, &[1, 5_000, 0, 37, 2, 90_000], 95_040, |_, count| drawn.push(count));
        assert_eq!(drawn.iter().sum::<u64>(), 95_040);
        assert_eq!(drawn[2], 0);
    }
}

#[test]
fn the_same_seed_draws_the_same_on_every_machine() {
    let mut random = seeded();
    let drawn: Vec<u64> = [(50, 0.1), (1_000, 0.3), (1_000_000, 0.5), (88_387, 1e-5), (7, 0.9)]
        .map(|(trials, chance)| binomial(&mut random, trials, chance))
        .to_vec();
    expect!["[6, 332, 500183, 0, 7]"].assert_eq(&format!("{drawn:?}"));
}
