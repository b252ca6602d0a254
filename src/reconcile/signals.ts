/** How a batch is told to end. */
export interface Signals {
  /** Nothing new is begun; what is under way may finish. */
  readonly stopping: AbortSignal;
  /** Calls under way are cut; their outcome is then unknown. */
  readonly abort: AbortSignal;
}
