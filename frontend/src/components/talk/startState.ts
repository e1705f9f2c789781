/** What stands below a conversation before it is open: the draft, whether money is missing, what went wrong. Pure. */
export interface StartState {
  draft: string;
  /** The wallet was too small: it must be topped up first. */
  needsMoney: boolean;
  problem: unknown;
}

export type StartEvent =
  | { type: "wrote"; text: string }
  | { type: "trying" }
  | { type: "unpaid" }
  | { type: "paid" }
  | { type: "failed"; problem: unknown };

export const notStarted: StartState = { draft: "", needsMoney: false, problem: null };

export function afterStartEvent(state: StartState, event: StartEvent): StartState {
  switch (event.type) {
    case "wrote":
      return { ...state, draft: event.text };
    case "trying":
      return { ...state, problem: null };
    case "unpaid":
      return { ...state, needsMoney: true };
    case "paid":
      return { ...state, needsMoney: false };
    case "failed":
      return { ...state, problem: event.problem };
  }
}
