/**
 * The quota that all builds count against, "Concurrently running builds for ARM/Small environment" (Service Quotas,
 * CodeBuild). The name is in CodeBuild's user guide ("Quotas for AWS CodeBuild"), the code in accounts' lists of quotas
 * alone.
 */
export const buildQuota = { code: 'L-5ED1D25B', title: 'ARM/Small' } as const;

/** The quota's whole name. */
export const buildQuotaName = `Concurrently running builds for ${buildQuota.title} environment`;
