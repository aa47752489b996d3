//! Where mail for an address goes: which rule wins.
//!
//! The order is that of the [list of rules](Kind::ORDER): a managed domain; then the route for the
//! domain itself; then the routes for the domains above, nearest first; and where none of these
//! applies, a route that was removed while its mail may still be queued. So a removed route never
//! holds mail back that another rule has a place for, and mail never falls through to normal
//! delivery (MX) because a row was deleted.
//!
//! [`decide`] is both the quick answer and the explanation: what differs is the [`Visitor`], which is
//! told of every rule that was tried, or of none.

mod asked;
#[cfg(test)]
mod tests;

pub use asked::{Asked, Name};

/// The rules that bear one domain. `R` is whatever their holder calls a rule by.
///
/// A route for a domain and its subdomains is both `domain` and `subdomains`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At<R> {
    /// The managed domain.
    pub managed: Option<R>,
    /// The route that covers the domain itself.
    pub domain: Option<R>,
    /// The route that covers what lies below it.
    pub subdomains: Option<R>,
    /// The removed route that covered the domain itself.
    pub held_domain: Option<R>,
    /// The removed route that covered what lies below it.
    pub held_subdomains: Option<R>,
}

/// No rules.
impl<R> Default for At<R> {
    fn default() -> Self {
        Self {
            managed: None,
            domain: None,
            subdomains: None,
            held_domain: None,
            held_subdomains: None,
        }
    }
}

/// Whoever holds the rules.
pub trait Rules {
    /// How a rule is called.
    type Rule: Copy;

    /// The rules that bear this very name, which is in its canonical form (that of
    /// [`Domain`](crate::Domain)) if it is a domain at all.
    fn at(&self, name: &str) -> At<Self::Rule>;

    /// Whether a managed domain has routing of its own.
    fn has_own_routing(&self, managed: Self::Rule) -> bool;

    /// Whether there is a default domain routing.
    fn has_default_routing(&self) -> bool;

    /// Whether Postfix could use the next hops of a route or a managed domain. Those that it cannot
    /// use stop its delivery agent, and with it other mail.
    fn is_usable(&self, rule: Self::Rule) -> bool;
}

/// What became of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<R> {
    /// A managed domain: to its own server.
    OwnRouting(R),
    /// A managed domain without routing of its own: to the default.
    DefaultRouting(R),
    /// A managed domain without routing of its own, and there is no default: the mail waits. It must
    /// not be delivered by MX, for that may be this gateway.
    NoRouting(R),
    /// A smart host route: to its next hops.
    Route(R),
    /// A route or a managed domain with next hops that cannot be: the mail waits.
    Unusable(R),
    /// A removed route: the mail that may still be queued for it waits.
    Held(R),
    /// No rule applies: normal delivery.
    NoRule,
}

/// What a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A managed domain. It covers its own name only.
    Managed,
    /// A route that covers the domain itself.
    Route,
    /// A route of a domain above that covers its subdomains.
    RouteAbove,
    /// A removed route that covered the domain itself.
    Held,
    /// A removed route of a domain above that covered its subdomains.
    HeldAbove,
}

impl Kind {
    /// What is tried first wins.
    pub const ORDER: [Self; 5] = [
        Self::Managed,
        Self::Route,
        Self::RouteAbove,
        Self::Held,
        Self::HeldAbove,
    ];
}

/// What became of one rule, or of the place where one might have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<R> {
    /// There is none.
    Absent,
    /// There is one for this name, but not for the part of it that was asked about: a route for
    /// subdomains only when the domain itself was, or the other way round, or a managed domain above.
    OtherScope(R),
    /// It applies and wins.
    Wins(R),
    /// It applies, but another one has won.
    PassedOver(R),
}

/// One step on the way to a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<'a, R> {
    /// The name that was looked up.
    pub name: &'a str,
    /// What was looked for.
    pub kind: Kind,
    /// What was found.
    pub outcome: Outcome<R>,
}

/// Whoever is told of the steps.
pub trait Visitor<R> {
    /// Whether the rules behind the winner are wanted as well.
    const WANTS_ALL: bool;

    /// A rule was tried.
    fn tried(&mut self, step: Step<'_, R>);
}

/// Nobody: the decision alone is wanted.
impl<R> Visitor<R> for () {
    const WANTS_ALL: bool = false;

    fn tried(&mut self, _: Step<'_, R>) {}
}

/// Every step, in order.
impl<R, F: FnMut(Step<'_, R>)> Visitor<R> for F {
    const WANTS_ALL: bool = true;

    fn tried(&mut self, step: Step<'_, R>) {
        self(step);
    }
}

/// Whether a domain is managed: whether mail for it is accepted from outside. Routes have no say in
/// this, else the gateway would be an open relay.
pub fn is_managed<T: Rules>(rules: &T, asked: &Asked<'_>) -> bool {
    match asked {
        Asked::Name(name) => name
            .whole()
            .is_some_and(|name| rules.at(name).managed.is_some()),
        Asked::Nothing | Asked::Literal(_) => false,
    }
}

/// Which rule wins for what was asked, telling the visitor of each step.
pub fn decide<T, V>(rules: &T, asked: &Asked<'_>, visitor: &mut V) -> Decision<T::Rule>
where
    T: Rules,
    V: Visitor<T::Rule>,
{
    let Asked::Name(name) = asked else {
        return Decision::NoRule;
    };
    let mut walk = Walk {
        winner: None,
        held_somewhere: false,
        visitor,
    };
    walk.live(rules, name);
    if V::WANTS_ALL || (walk.winner.is_none() && walk.held_somewhere) {
        walk.held(rules, name);
    }
    match walk.winner {
        None => Decision::NoRule,
        Some((Kind::Held | Kind::HeldAbove, rule)) => Decision::Held(rule),
        Some((_, rule)) if !rules.is_usable(rule) => Decision::Unusable(rule),
        Some((Kind::Managed, rule)) if rules.has_own_routing(rule) => Decision::OwnRouting(rule),
        Some((Kind::Managed, rule)) if rules.has_default_routing() => {
            Decision::DefaultRouting(rule)
        }
        Some((Kind::Managed, rule)) => Decision::NoRouting(rule),
        Some((Kind::Route | Kind::RouteAbove, rule)) => Decision::Route(rule),
    }
}

/// A walk up from a name through the domains above it.
struct Walk<'v, R, V> {
    winner: Option<(Kind, R)>,
    held_somewhere: bool,
    visitor: &'v mut V,
}

impl<R: Copy, V: Visitor<R>> Walk<'_, R, V> {
    /// The rules that are in force.
    fn live<T: Rules<Rule = R>>(&mut self, rules: &T, name: &Name<'_>) {
        if let Some(whole) = name.whole() {
            let at = rules.at(whole);
            self.held_somewhere |= at.held_domain.is_some();
            if self.step(whole, Kind::Managed, at.managed, None)
                || self.step(whole, Kind::Route, at.domain, at.subdomains)
            {
                return;
            }
        }
        for above in name.above() {
            let at = rules.at(above);
            self.held_somewhere |= at.held_subdomains.is_some();
            let other = at.domain.or(at.managed);
            if self.step(above, Kind::RouteAbove, at.subdomains, other) {
                return;
            }
        }
    }

    /// The routes that were removed.
    fn held<T: Rules<Rule = R>>(&mut self, rules: &T, name: &Name<'_>) {
        if let Some(whole) = name.whole() {
            let at = rules.at(whole);
            if self.step(whole, Kind::Held, at.held_domain, at.held_subdomains) {
                return;
            }
        }
        for above in name.above() {
            let at = rules.at(above);
            let (found, other) = (at.held_subdomains, at.held_domain);
            if self.step(above, Kind::HeldAbove, found, other) {
                return;
            }
        }
    }

    /// Takes note of one step; says whether the walk is over.
    fn step(&mut self, name: &str, kind: Kind, found: Option<R>, other: Option<R>) -> bool {
        let outcome = match (found, other) {
            (Some(rule), _) if self.winner.is_some() => Outcome::PassedOver(rule),
            (Some(rule), _) => {
                self.winner = Some((kind, rule));
                Outcome::Wins(rule)
            }
            (None, Some(rule)) => Outcome::OtherScope(rule),
            (None, None) => Outcome::Absent,
        };
        self.visitor.tried(Step {
            name,
            kind,
            outcome,
        });
        self.winner.is_some() && !V::WANTS_ALL
    }
}
