// What an operator or a token may do. Reading is everybody's who is signed in; deciding and ruling are separate on purpose: who
// answers requests need not be who decides what is answered without a person.

/** `viewer` reads, `approver` decides what waits, `admin` changes rules, gateways, operators and devices. */
export const RIGHTS = ['viewer', 'approver', 'admin'] as const;
export type Right = (typeof RIGHTS)[number];

/** Whether somebody with these rights may do what needs `needed`. Neither of approver and admin holds the other; both read. */
export const holds = (rights: readonly Right[], needed: Right): boolean => needed === 'viewer' || rights.includes(needed);
