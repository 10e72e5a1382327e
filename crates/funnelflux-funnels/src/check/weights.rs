//! The rules of the weights of a rotator.

use rust_decimal::Decimal;

use super::{Check, codes};
use crate::dialect::is_near;
use crate::{Exits, Trigger};

impl Check<'_> {
    pub(super) fn weights(&mut self) {
        let graph = self.graph;
        for (at, node) in graph.nodes.iter().enumerate() {
            if node.kind.exits() != Exits::Weights || node.outgoing.is_empty() {
                continue;
            }
            let (mut sum, mut is_whole) = (Decimal::ZERO, true);
            for way in &node.outgoing {
                let Some(connection) = graph.connections.get(*way) else { continue };
                let member = self.member_of(connection);
                match connection.trigger {
                    Trigger::Weight(Some(weight))
                        if weight.is_sign_negative() && !weight.is_zero() =>
                    {
                        let message = format!("the weight is {weight}");
                        self.at_connection(&codes::NEGATIVE_WEIGHT, *way, &member, &message);
                        is_whole = false;
                    }
                    Trigger::Weight(Some(weight)) => {
                        if weight.is_zero() && node.outgoing.len() > 1 {
                            let message = "the weight is 0";
                            self.at_connection(&codes::ZERO_WEIGHT, *way, &member, message);
                        }
                        sum = sum.saturating_add(weight);
                    }
                    _ => {
                        let message = self.got(connection, "a number");
                        self.at_connection(&codes::NO_WEIGHT, *way, &member, &message);
                        is_whole = false;
                    }
                }
            }
            if !is_whole {
                continue;
            }
            if sum.is_zero() {
                let message = "all weights are 0";
                self.at_node(&codes::NO_VISITORS, at, "", message);
            } else if !self.is_a_whole(sum) {
                let sums: Vec<String> =
                    self.dialect.weight_sums().iter().map(ToString::to_string).collect();
                let message = format!(
                    "the weights sum to {}; expected {}",
                    sum.normalize(),
                    sums.join(" or ")
                );
                self.at_node(&codes::WEIGHT_SUM, at, "", &message);
            }
        }
    }

    fn is_a_whole(&self, sum: Decimal) -> bool {
        let sums = self.dialect.weight_sums();
        sums.is_empty() || sums.iter().any(|whole| is_near(sum, *whole))
    }
}
