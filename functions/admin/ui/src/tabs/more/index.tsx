// The tabs that are loaded when one of them is opened for the first time.

import type { ComponentType } from "preact";
import { AccountsTab } from "./accounts";
import { AuditTab } from "./audit";
import { CalendarTab } from "./calendar";
import { CapaTab } from "./capa";
import { CustomersTab } from "./customers";
import { DevicesTab } from "./devices";
import { DutiesTab } from "./duties";
import { FiguresTab } from "./figures";
import { ImportsTab } from "./imports";
import { LettersTab } from "./letters";
import type { TabProps } from "./parts";
import { PeopleTab } from "./people";
import { ProceduresTab } from "./procedures";
import { QuarantineTab } from "./quarantine";
import { RollupsTab } from "./rollups";
import { SlipsTab } from "./slips";
import { WhatIfTab } from "./whatif";

export const TABS = {
  capa: CapaTab,
  slips: SlipsTab,
  duties: DutiesTab,
  devices: DevicesTab,
  rollups: RollupsTab,
  figures: FiguresTab,
  imports: ImportsTab,
  customers: CustomersTab,
  letters: LettersTab,
  quarantine: QuarantineTab,
  people: PeopleTab,
  accounts: AccountsTab,
  procedures: ProceduresTab,
  whatif: WhatIfTab,
  calendar: CalendarTab,
  audit: AuditTab,
} satisfies Record<string, ComponentType<TabProps>>;
