/** How far one person has got in one target. What the provisioning extension, the console and reports show. */
export const provisioningStates = ['pending', 'invited', 'active', 'inactive', 'held', 'failed'] as const;
export type ProvisioningState = (typeof provisioningStates)[number];
