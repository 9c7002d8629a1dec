//! Who may use a route: the sets of roles that the table of routes and the pages name.

use kesu_rules::domain::facts::Role;

/// Who may use a route.
#[derive(Clone, Copy, Debug)]
pub enum Who {
    /// Anyone: signing in, and what is no secret.
    Anyone,
    /// People with one of these roles. What each may do with a complaint is the rules' business.
    Roles(&'static [Role]),
}

impl Who {
    /// Whether someone of this role may come in.
    pub fn admits(&self, role: Role) -> bool {
        match self {
            Self::Anyone => true,
            Self::Roles(roles) => roles.contains(&role),
        }
    }
}

/// No session is asked for.
pub(crate) const ANYONE: Who = Who::Anyone;
/// Whoever is signed in.
pub(crate) const EVERYONE: Who = Who::Roles(&[
    Role::Officer,
    Role::Department,
    Role::Manager,
    Role::Approver,
    Role::Quality,
    Role::Administrator,
    Role::Auditor,
]);
/// All but the auditor, who changes nothing.
pub(crate) const ACTORS: Who = Who::Roles(&[
    Role::Officer,
    Role::Department,
    Role::Manager,
    Role::Approver,
    Role::Quality,
    Role::Administrator,
]);
/// Those who take complaints in.
pub(crate) const RECEIVERS: Who = Who::Roles(&[
    Role::Officer,
    Role::Department,
    Role::Manager,
    Role::Quality,
    Role::Administrator,
]);
/// Those who see to the mail of the whole house.
pub(crate) const OFFICE: Who = Who::Roles(&[Role::Officer, Role::Manager, Role::Quality, Role::Administrator]);
/// Those who see the whole house's complaints.
pub(crate) const HOUSE: Who = Who::Roles(&[
    Role::Officer,
    Role::Manager,
    Role::Approver,
    Role::Quality,
    Role::Administrator,
    Role::Auditor,
]);
/// Those who answer for reports.
pub(crate) const REPORTERS: Who = Who::Roles(&[Role::Manager, Role::Quality, Role::Administrator]);
/// Those who see how the house stands.
pub(crate) const HEADS: Who = Who::Roles(&[Role::Administrator, Role::Manager]);
/// Those who weigh a change of the procedure.
pub(crate) const QUALITY: Who = Who::Roles(&[Role::Quality, Role::Administrator]);
/// Those who look into what others did.
pub(crate) const KEEPERS: Who = Who::Roles(&[Role::Administrator, Role::Auditor]);
/// Who keeps accounts and settings.
pub(crate) const ADMINISTRATOR: Who = Who::Roles(&[Role::Administrator]);
