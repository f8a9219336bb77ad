import { misuse } from "../../core/index.ts";
import { type Credentials, TlsCredentials, tls } from "../credentials/index.ts";
import type { Target } from "./target.ts";

/**
 * Whether a channel encrypts: as its target says, or its credentials, which may not contradict each other.
 *
 * @returns undefined for plaintext
 * @throws TypeError GANNET_INVALID_OPTION where neither says, or they contradict
 */
export function chooseSecurity(target: Target, credentials: Credentials | undefined): TlsCredentials | undefined {
  const { text, security } = target;
  if (credentials !== undefined && credentials.kind !== "insecure" && !(credentials instanceof TlsCredentials)) {
    throw invalid("credentials are made by insecure() or tls()");
  }
  if (credentials === undefined) {
    if (security === undefined) {
      const choices = "credentials: insecure() or credentials: tls()";
      throw invalid(
        `${JSON.stringify(text)} does not say whether to use TLS: pass ${choices}, or write http:// or https://`,
      );
    }
    return security === "tls" ? asTls(tls()) : undefined;
  }
  if (target.isSecurityFixed && (security === "tls") !== (credentials.kind === "tls")) {
    const [says, other] = security === "tls" ? ["TLS", "http://"] : ["plaintext", "https://"];
    throw invalid(
      `${JSON.stringify(text)} means ${says}, but credentials are ${credentials.kind}(): write ${other} or leave them out`,
    );
  }
  return asTls(credentials);
}

function asTls(credentials: Credentials): TlsCredentials | undefined {
  return credentials instanceof TlsCredentials ? credentials : undefined;
}

function invalid(message: string): TypeError {
  return misuse(TypeError, "GANNET_INVALID_OPTION", message);
}
