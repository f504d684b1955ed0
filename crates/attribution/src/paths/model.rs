//! The models of grouped paths.

use super::Error;

/// Longest memory of a Markov chain.
pub const ORDER_MAX: usize = 4;

/// How many steps a Markov chain remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// 1 to [`ORDER_MAX`].
    Fixed(usize),
    /// What [`super::choose_order`] says.
    Auto,
}

/// How conversions are shared among the channels of their paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathModel {
    FirstTouch,
    LastTouch,
    /// The last step that is not the named channel; where all are, the last.
    LastNonDirect {
        direct: String,
    },
    Linear,
    /// 40/20/40.
    PositionBased,
    /// 20/20/60.
    JShaped,
    /// 60/20/20.
    InverseJ,
    /// Removal effect: by how much fewer journeys would convert if everyone who meets the channel left.
    Markov {
        order: Order,
        /// Whether journeys that did not convert count, too.
        with_nulls: bool,
    },
    /// Subset-sum Shapley value: equal shares to the distinct channels of a path.
    Shapley,
    /// The same, told apart by the position of the touch in its path (Zhao, Mahboobi, Bagheri, arXiv 1804.05327).
    OrderedShapley,
    /// Each step by how much less often the path without it converts.
    LeaveOneOut,
}

impl PathModel {
    pub const NAMES: [&'static str; 11] = [
        "first_touch",
        "last_touch",
        "last_non_direct",
        "linear",
        "position_based",
        "j_shaped",
        "inverse_j",
        "markov",
        "shapley",
        "ordered_shapley",
        "leave_one_out",
    ];

    pub fn name(&self) -> &'static str {
        match self {
            Self::FirstTouch => "first_touch",
            Self::LastTouch => "last_touch",
            Self::LastNonDirect { .. } => "last_non_direct",
            Self::Linear => "linear",
            Self::PositionBased => "position_based",
            Self::JShaped => "j_shaped",
            Self::InverseJ => "inverse_j",
            Self::Markov { .. } => "markov",
            Self::Shapley => "shapley",
            Self::OrderedShapley => "ordered_shapley",
            Self::LeaveOneOut => "leave_one_out",
        }
    }

    /// The model of a name; `direct` and `markov` are what the models of those kinds need to know.
    pub fn parse(name: &str, direct: &str, markov: &Self) -> Result<Self, Error> {
        Ok(match name {
            "first_touch" => Self::FirstTouch,
            "last_touch" => Self::LastTouch,
            "last_non_direct" => Self::LastNonDirect { direct: direct.to_owned() },
            "linear" => Self::Linear,
            "position_based" => Self::PositionBased,
            "j_shaped" => Self::JShaped,
            "inverse_j" => Self::InverseJ,
            "markov" => markov.clone(),
            "shapley" => Self::Shapley,
            "ordered_shapley" => Self::OrderedShapley,
            "leave_one_out" => Self::LeaveOneOut,
            "time_decay" => return Err(Error::NoTime),
            other => return Err(Error::Model { text: other.to_owned() }),
        })
    }

    /// `all`, or names separated by commas, in the order of [`Self::NAMES`] and without repetitions.
    pub fn parse_list(text: &str, direct: &str, markov: &Self) -> Result<Vec<Self>, Error> {
        let mut asked: Vec<&str> = match text.trim() {
            "all" => Self::NAMES.to_vec(),
            names => names.split(',').map(str::trim).collect(),
        };
        for name in &asked {
            Self::parse(name, direct, markov)?;
        }
        asked.sort_by_key(|name| Self::NAMES.iter().position(|known| known == name));
        asked.dedup();
        asked.into_iter().map(|name| Self::parse(name, direct, markov)).collect()
    }
}

impl Order {
    pub fn parse(text: &str) -> Result<Self, Error> {
        let refuse = || Error::Order { text: text.to_owned() };
        match text.trim() {
            "auto" => Ok(Self::Auto),
            number => number
                .parse()
                .ok()
                .filter(|order| (1..=ORDER_MAX).contains(order))
                .map(Self::Fixed)
                .ok_or_else(refuse),
        }
    }
}
