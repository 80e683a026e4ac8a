// What is true of the console's own device, said once: in its panel, in the plan of a take-back and in the plan of an act.

/** Why the console is not taken back from here, and how its access goes for good. */
export const OWN_DEVICE =
  'This is the console itself. It comes back with the shared secret where it has that. To take its access away for good, stop it and remove its device on the gateway’s host.';
