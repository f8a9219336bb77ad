/** Whether and how a channel encrypts. */

export { type Credentials, insecure, TlsCredentials, type TlsOptions, tls } from "./credentials.ts";
export { CredentialsGrant } from "./credentials-grant.ts";
