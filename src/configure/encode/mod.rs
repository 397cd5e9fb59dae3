//! From a product to a finite problem and the maps back.

use std::sync::Arc;

use super::model::{Model, ModelError};
use crate::eval::Plan;
use crate::logic::Budget;
use crate::value::Date;

/// The model of a product on a day.
///
/// # Errors
///
/// Where there is no such product, or it is too large.
pub(super) fn encode(
    plan: &Arc<Plan>,
    product: &str,
    _day: Date,
    _budget: Budget,
) -> Result<Model, ModelError> {
    let _ = plan.find_product(product).ok_or(ModelError::UnknownProduct)?;
    Err(ModelError::TooLarge("not built yet".into()))
}
