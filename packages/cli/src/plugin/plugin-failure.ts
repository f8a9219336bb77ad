/** Why a plugin's answer is of no use. */
export interface PluginFailure {
  readonly id: string;
  readonly message: string;
  readonly hint?: string | undefined;
}
