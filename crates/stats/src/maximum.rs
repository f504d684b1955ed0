//! The maximum of a smooth likelihood over positive parameters: BFGS on their logarithms, with a line search that only accepts gains.

/// What was found, in the parameters' own scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Maximum<const N: usize> {
    pub(crate) parameters: [f64; N],
    pub(crate) value: f64,
    /// False where the climb left the box, which means that there is no maximum in it.
    pub(crate) is_inside: bool,
}

const STEPS_MAX: u32 = 500;
/// Slopes on the logarithms below which nothing is left to gain, for a value of the size of one row's.
const FLAT: f64 = 1e-9;
/// Gains that are no more than the noise of adding many rows up, relative to the value; after two of them the climb is over.
const NOISE: f64 = 1e-14;
/// Parameters beyond e^±15 are not estimates.
const LOG_MAX: f64 = 15.0;
/// Longest step on a logarithm.
const STEP_MAX: f64 = 2.0;

/// Rows among which the starts compete; all rows are then climbed from the best one's top.
const ROWS_OF_STARTS: usize = 5_000;

/// A hint of a preference for parameters near 1, as if each logarithm were normal with a deviation of 22. It moves no estimate that the rows
/// have an opinion on, and keeps finite what they have none on: where all customers leave alike, only the ratio of two parameters matters.
const PREFERENCE: f64 = 1e-3;

/// The maximum of a likelihood over rows, divided by their number. Where there are many rows, the first of them choose the start, so they
/// should be in no particular order; if that leads nowhere, every start is tried on all rows.
pub(crate) fn maximum_over<R, const N: usize>(
    rows: &[R],
    likelihood: impl Fn(&[R], &[f64; N]) -> (f64, [f64; N]),
    starts: &[[f64; N]],
) -> Maximum<N> {
    let preferring = |rows: &[R], parameters: &[f64; N]| {
        let weight = PREFERENCE / rows.len() as f64;
        let (mut value, mut slopes) = likelihood(rows, parameters);
        for (slope, parameter) in slopes.iter_mut().zip(parameters) {
            value -= weight * parameter.ln().powi(2);
            *slope -= 2.0 * weight * parameter.ln() / parameter;
        }
        (value, slopes)
    };
    let found = climb_all(rows, preferring, starts);
    Maximum {
        value: likelihood(rows, &found.parameters).0,
        ..found
    }
}

fn climb_all<R, const N: usize>(rows: &[R], function: impl Fn(&[R], &[f64; N]) -> (f64, [f64; N]), starts: &[[f64; N]]) -> Maximum<N> {
    if rows.len() > ROWS_OF_STARTS {
        let of_some = maximum(|parameters| function(&rows[..ROWS_OF_STARTS], parameters), starts);
        if of_some.is_inside {
            let of_all = maximum(|parameters| function(rows, parameters), &[of_some.parameters]);
            if of_all.is_inside {
                return of_all;
            }
        }
    }
    maximum(|parameters| function(rows, parameters), starts)
}

/// Climbs from each start and keeps the best. `function` gives the value and the slopes for parameters, both a row: it must be finite in
/// the whole box. Of the starts that end outside, the best is returned only if none ends inside.
pub(crate) fn maximum<const N: usize>(function: impl Fn(&[f64; N]) -> (f64, [f64; N]), starts: &[[f64; N]]) -> Maximum<N> {
    let on_logarithms = |logarithms: &[f64; N]| {
        let parameters = logarithms.map(f64::exp);
        let (value, mut slopes) = function(&parameters);
        for (slope, parameter) in slopes.iter_mut().zip(parameters) {
            *slope *= parameter;
        }
        (value, slopes)
    };
    let mut best: Option<Maximum<N>> = None;
    for start in starts {
        let found = climb(&on_logarithms, start.map(f64::ln));
        let is_better = best.is_none_or(|best| (found.is_inside, found.value) > (best.is_inside, best.value));
        if is_better {
            best = Some(found);
        }
    }
    best.expect("there is a start")
}

fn climb<const N: usize>(function: &impl Fn(&[f64; N]) -> (f64, [f64; N]), start: [f64; N]) -> Maximum<N> {
    let mut at = start;
    let (mut value, mut slopes) = function(&at);
    let mut inverse = identity::<N>();
    let mut idle = 0;
    for _ in 0..STEPS_MAX {
        if slopes.iter().all(|slope| slope.abs() <= FLAT) || at.iter().any(|logarithm| logarithm.abs() >= LOG_MAX) {
            break;
        }
        let mut direction = times(&inverse, &slopes);
        if dot(&direction, &slopes) <= 0.0 {
            inverse = identity();
            direction = slopes;
        }
        let longest = direction.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
        let Some((next, next_value, next_slopes)) = search(function, &at, value, &slopes, &direction, (STEP_MAX / longest).min(1.0)) else {
            if inverse == identity() {
                break;
            }
            // The curvature learnt so far misleads: start again from the slopes.
            inverse = identity();
            continue;
        };
        idle = if next_value - value <= NOISE * value.abs() { idle + 1 } else { 0 };
        if idle == 2 {
            break;
        }
        update(&mut inverse, &minus(&next, &at), &minus(&slopes, &next_slopes));
        (at, value, slopes) = (next, next_value, next_slopes);
    }
    Maximum {
        parameters: at.map(f64::exp),
        value,
        is_inside: at.iter().all(|logarithm| logarithm.abs() < LOG_MAX - 1.0),
    }
}

/// The first of shorter and shorter steps that gains what its slope promises (Armijo).
fn search<const N: usize>(
    function: &impl Fn(&[f64; N]) -> (f64, [f64; N]),
    at: &[f64; N],
    value: f64,
    slopes: &[f64; N],
    direction: &[f64; N],
    length: f64,
) -> Option<([f64; N], f64, [f64; N])> {
    let promise = dot(direction, slopes);
    let mut length = length;
    for _ in 0..40 {
        let mut next = *at;
        for (part, step) in next.iter_mut().zip(direction) {
            *part = (*part + length * step).clamp(-LOG_MAX, LOG_MAX);
        }
        let (next_value, next_slopes) = function(&next);
        if next_value > value && next_value >= value + 1e-4 * length * promise {
            return Some((next, next_value, next_slopes));
        }
        length *= 0.5;
    }
    None
}

/// The BFGS update of the inverse curvature, left out where the step saw no curvature.
fn update<const N: usize>(inverse: &mut [[f64; N]; N], step: &[f64; N], change: &[f64; N]) {
    let curvature = dot(step, change);
    if curvature <= 1e-14 * dot(change, change).sqrt() * dot(step, step).sqrt() {
        return;
    }
    let along = times(inverse, change);
    let scale = (1.0 + dot(change, &along) / curvature) / curvature;
    for row in 0..N {
        for column in 0..N {
            inverse[row][column] += scale * step[row] * step[column] - (along[row] * step[column] + step[row] * along[column]) / curvature;
        }
    }
}

fn identity<const N: usize>() -> [[f64; N]; N] {
    let mut matrix = [[0.0; N]; N];
    for (at, row) in matrix.iter_mut().enumerate() {
        row[at] = 1.0;
    }
    matrix
}

fn times<const N: usize>(matrix: &[[f64; N]; N], vector: &[f64; N]) -> [f64; N] {
    matrix.map(|row| dot(&row, vector))
}

fn dot<const N: usize>(left: &[f64; N], right: &[f64; N]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn minus<const N: usize>(left: &[f64; N], right: &[f64; N]) -> [f64; N] {
    let mut difference = *left;
    for (part, right) in difference.iter_mut().zip(right) {
        *part -= right;
    }
    difference
}

#[cfg(test)]
mod tests;
