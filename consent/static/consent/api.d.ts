/** A choice, as `consent:change` tells it. */
export interface Change {
  /** `accept`, `refuse`, `choose` or `withdraw`. */
  decision: string;
  /** Granted keys: `category` or `category:service`. */
  granted: string[];
  /** Whether the choice is in the log already; a refusal holds without it. */
  recorded?: boolean;
  /** What is in force, in the language of the page. */
  message?: string;
  since?: string;
}

/** Whether a category, or one of its services, may load now. False until the dialog's script has run. */
export function granted(category: string, service?: string): boolean;

/** Whether a decision is in force. */
export function decided(): boolean;

/** Open the preferences. */
export function open(): void;

/**
 * Save exactly these keys (`category` or `category:service`) as the visitor's choice. Call it in a
 * click or key press: without a live gesture a grant opens the preferences instead.
 */
export function choose(keys: Iterable<string>): void;

/** Withdraw everything that is granted. */
export function withdraw(): void;

/** Hear of every choice, made in this tab or another; the return value stops it. */
export function onChange(listener: (change: Change) => void): () => void;
