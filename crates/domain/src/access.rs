//! Who may do what: roles, action names, and the one question `may`.
//!
//! An action's name is its permission, its audit entry and its field in the log. [`accounts`] says who people are and what
//! they were given. The operator, who runs the installation on its machine, is none of them and has no role.

pub mod accounts;
pub mod factor;

use uuid::Uuid;

use crate::{Refused, ids::UnitId, units::UnitAsOf};

/// What somebody is allowed to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Cán bộ nhập liệu: fills in the unit's sheet.
    UnitOfficer,
    /// Lãnh đạo đơn vị: signs off and submits.
    UnitLeader,
    /// Tổ thẩm định: confirms, corrects, returns.
    Appraiser,
    /// Thư ký hội đồng: prepares and records the decision.
    CouncilSecretary,
    /// Ủy viên hội đồng: reads what the council has before it, and votes.
    CouncilMember,
    /// Quản trị tài khoản: says who may do what in an area; sees no working papers.
    Administrator,
    /// Người dân: reads what is public.
    Public,
}

impl Role {
    /// Every role, in the order of the way a dossier goes.
    pub const ALL: [Self; 7] = [
        Self::UnitOfficer,
        Self::UnitLeader,
        Self::Appraiser,
        Self::CouncilSecretary,
        Self::CouncilMember,
        Self::Administrator,
        Self::Public,
    ];

    /// The word in the cookie, the log and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnitOfficer => "unit_officer",
            Self::UnitLeader => "unit_leader",
            Self::Appraiser => "appraiser",
            Self::CouncilSecretary => "council_secretary",
            Self::CouncilMember => "council_member",
            Self::Administrator => "administrator",
            Self::Public => "public",
        }
    }

    /// The role behind a word of [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role works for one unit and not for a whole area.
    pub fn is_of_a_unit(self) -> bool {
        matches!(self, Self::UnitOfficer | Self::UnitLeader)
    }
}

/// Somebody who acts: a role and the unit it reaches down from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// What they are.
    pub role: Role,
    /// Their unit: the only one they work for (unit roles) or the top of their area (the others).
    pub scope: UnitId,
}

impl Actor {
    /// Whoever is not signed in: reads what is public, and has no unit.
    pub fn anyone() -> Self {
        Self { role: Role::Public, scope: UnitId::new(Uuid::nil()) }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(by $($role:ident)|+)?;)+) => {
        /// Everything that changes state.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action {
            $($(#[$doc])* $name,)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in the audit, the log and the catalogue.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// The roles that hold the permission; none where only the operator of the installation acts.
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$($(Role::$role),+)?],)+ }
            }
        }
    };
}

actions! {
    /// Somebody gets an account, with a first role and a link to set their password.
    AccessInvite = "access.invite" by Administrator;
    /// Somebody gets a role.
    AccessGrant = "access.grant" by Administrator;
    /// A role is taken from somebody.
    AccessEndGrant = "access.end_grant" by Administrator;
    /// Somebody gets a new link to set their password.
    AccessLink = "access.link" by Administrator;
    /// An account is closed.
    AccessDisable = "access.disable" by Administrator;
    /// A closed account is opened again.
    AccessEnable = "access.enable" by Administrator;
    /// An account loses its second factor; its owner sets another one.
    AccessForgetFactor = "access.forget_factor" by Administrator;
    /// Somebody sets their own second factor.
    AccessSetFactor = "access.set_factor";
    /// Somebody sets their own password.
    AccessSetPassword = "access.set_password";
    /// A cycle begins: a criteria set is put to the units of a year.
    CyclesOpen = "cycles.open" by CouncilSecretary;
    /// Some units of a new cycle get their dossiers.
    CyclesInvite = "cycles.invite" by CouncilSecretary;
    /// Long work is stopped after the step under way.
    JobsStop = "jobs.stop" by CouncilSecretary;
    /// Long work that was stopped or given up goes on.
    JobsResume = "jobs.resume" by CouncilSecretary;
    /// The unit pledges to strive for the title.
    DossiersRegister = "dossiers.register" by UnitOfficer | UnitLeader;
    /// One criterion is answered by the unit.
    DossiersAnswer = "dossiers.answer" by UnitOfficer;
    /// The officer lays the finished sheet before the leader.
    DossiersPresent = "dossiers.present" by UnitOfficer;
    /// The leader gives the sheet back to the officer.
    DossiersWithdraw = "dossiers.withdraw" by UnitLeader;
    /// The leader submits; the dossier is frozen.
    DossiersSubmit = "dossiers.submit" by UnitLeader;
    /// The appraiser agrees with, corrects, or marks one criterion for return.
    DossiersAppraiseRow = "dossiers.appraise_row" by Appraiser;
    /// The dossier goes back with a reason per criterion.
    DossiersReturn = "dossiers.return" by Appraiser;
    /// The appraisal is finished.
    DossiersAppraise = "dossiers.appraise" by Appraiser;
    /// A proof is attached.
    EvidenceAttach = "evidence.attach" by UnitOfficer;
    /// A proof is taken off again before submission.
    EvidenceRemove = "evidence.remove" by UnitOfficer;
    /// Content of the store that no proof names is removed, by the operator.
    EvidenceGc = "evidence.gc";
    /// A plan for an unmet criterion is written.
    PlansSave = "plans.save" by UnitOfficer | UnitLeader;
    /// A steering committee or a council is founded.
    CommitteesFound = "committees.found" by CouncilSecretary;
    /// Somebody gets a place in a committee.
    CommitteesAppoint = "committees.appoint" by CouncilSecretary;
    /// A place in a committee ends.
    CommitteesRelease = "committees.release" by CouncilSecretary;
    /// A council is called to a meeting, with its agenda.
    CommitteesCall = "committees.call" by CouncilSecretary;
    /// A meeting that was called does not take place.
    CommitteesCallOff = "committees.call_off" by CouncilSecretary;
    /// A meeting opens, or is given up because too few came.
    CommitteesOpen = "committees.open" by CouncilSecretary;
    /// A member votes.
    CommitteesVote = "committees.vote" by CouncilMember;
    /// The votes are counted.
    CommitteesClose = "committees.close" by CouncilSecretary;
    /// Whoever presides breaks a tie; the secretary enters it where they have no account.
    CommitteesAdjudicate = "committees.adjudicate" by CouncilMember | CouncilSecretary;
    /// A numbered decision is recorded, with its certificates.
    RecognitionDecide = "recognition.decide" by CouncilSecretary;
    /// A numbered decision suspends titles that were given.
    RecognitionSuspend = "recognition.suspend" by CouncilSecretary;
    /// A numbered decision gives suspended or revoked titles back.
    RecognitionRestore = "recognition.restore" by CouncilSecretary;
    /// A numbered decision revokes titles that were given.
    RecognitionRevoke = "recognition.revoke" by CouncilSecretary;
    /// The unit asks that a decision which withheld its title be looked at again.
    AppealsFile = "appeals.file" by UnitLeader;
    /// The unit takes its appeal back.
    AppealsWithdraw = "appeals.withdraw" by UnitLeader;
    /// The appeal is heard: the dossier opens again in the rows that it is about.
    AppealsReopen = "appeals.reopen" by CouncilSecretary;
    /// The appeal is answered, and the decision stands.
    AppealsDismiss = "appeals.dismiss" by CouncilSecretary;
    /// A version of a criteria set is put into the installation, by its operator.
    ProgrammesActivate = "programmes.activate";
    /// All that the installation holds is written into one file, by its operator.
    BackupTake = "backup.take";
    /// The installation was made of such a file.
    BackupRestore = "backup.restore";
    /// The installation was filled with made-up units and dossiers, by its operator.
    UnitsSimulate = "units.simulate";
    /// Units, versions and successions of a list came in, by the operator.
    UnitsImport = "units.import";
    /// Boundaries of units came in, by the operator.
    UnitsBoundaries = "units.boundaries";
    /// A reform of units was carried out, by the operator.
    UnitsReform = "units.reform";
    /// A reform was taken back, by the operator.
    UnitsReformUndo = "units.reform_undo";
    /// The rows of a spreadsheet became answers; or, by the operator, units.
    ImportsTake = "imports.take" by UnitOfficer;
    /// An import was taken back, by who took it in.
    ImportsUndo = "imports.undo" by UnitOfficer;
}

impl Action {
    /// Whether those who work for one unit may do it to the units below theirs as well. Lists come from there: the figures of
    /// residential areas and bodies are gathered by their commune on one sheet.
    fn reaches_below(self) -> bool {
        matches!(self, Self::ImportsTake | Self::ImportsUndo)
    }
}

/// Whether the actor may do this to this unit. Refused with the roles that may.
pub fn may(actor: Actor, action: Action, unit: &UnitAsOf) -> Result<(), Refused> {
    is_one_of(actor, action.roles())?;
    let is_for_one = actor.role.is_of_a_unit() && !action.reaches_below();
    let reached = if is_for_one { unit.id() == actor.scope } else { unit.within(actor.scope) };
    if reached { Ok(()) } else { Err(Refused::new("access.unit").with("unit", &unit.version.name)) }
}

/// Whether the actor has one of some roles. Refused with these.
pub(crate) fn is_one_of(actor: Actor, roles: &[Role]) -> Result<(), Refused> {
    if roles.contains(&actor.role) {
        return Ok(());
    }
    let roles: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    Err(Refused::new("access.role").with("roles", roles.join(",")))
}

/// Whether the actor has a part in the way of dossiers, in whatever role. Refused with the roles that have.
pub fn works(actor: Actor) -> Result<(), Refused> {
    is_one_of(
        actor,
        &[Role::UnitOfficer, Role::UnitLeader, Role::Appraiser, Role::CouncilSecretary, Role::CouncilMember],
    )
}

/// Whether the actor's role holds an action at all; on which units, [`may`] says.
pub fn holds(actor: Actor, action: Action) -> Result<(), Refused> {
    is_one_of(actor, action.roles())
}

/// Whether the actor may see the working papers of a unit: dossiers that are not decided, and evidence.
pub fn may_read(actor: Actor, unit: &UnitAsOf) -> Result<(), Refused> {
    let reached = match actor.role {
        Role::Public | Role::Administrator => false,
        Role::UnitOfficer | Role::UnitLeader | Role::Appraiser | Role::CouncilSecretary | Role::CouncilMember => {
            unit.within(actor.scope)
        }
    };
    if reached { Ok(()) } else { Err(Refused::new("access.unit").with("unit", &unit.version.name)) }
}
