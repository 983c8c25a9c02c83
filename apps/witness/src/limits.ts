/** The named limits of a witness; docs/spec/witness.md lists what happens beyond them. */

/** Requests a minute of one address: an office asks for each opening of the top class, or once for several at a time. */
export const perAddressMinuteMax = 600;
/** Requests a minute of everybody. */
export const perMinuteMax = 6_000;
/** Addresses that are counted at a time; the one that has rested longest is forgotten first. */
export const addressesMax = 10_000;
/** How long a request may rest before it is cut off. */
export const idleMsMax = 20_000;
/** Logs that a witness trusts at most. */
export const logsMax = 10_000;
