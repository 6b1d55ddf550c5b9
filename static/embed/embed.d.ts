export type AltaLocale = "es" | "pt-BR" | "en";

export interface AltaTheme {
  scheme?: "auto" | "light" | "dark";
  accent?: string;
  radius?: number;
  font?: "system" | "serif" | "rounded" | "mono";
}

export interface AltaEvents {
  "alta:ready": CustomEvent<Record<string, never>>;
  "alta:step": CustomEvent<{ step: string; number: number; of: number }>;
  "alta:submitted": CustomEvent<{ session_id: string; reference: string }>;
  "alta:closed": CustomEvent<Record<string, never>>;
  "alta:error": CustomEvent<{ code: string }>;
  "alta:expired": CustomEvent<{ code: string; renew: boolean }>;
  "alta:resize": CustomEvent<{ height: number; full: boolean }>;
}

export declare class AltaOnboarding extends HTMLElement {
  /** Where Alta is; by default where this script came from. */
  static host: string;
  readonly host: string;
  /** Opens a session; of one that has expired, lets the person go on where they are. */
  launchToken: string | null;
  setLocale(locale: AltaLocale): void;
  setTheme(theme: AltaTheme): void;
  /** Keeps what was typed, then takes the frame away. */
  close(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "alta-onboarding": AltaOnboarding;
  }
  // They bubble: whoever listens, on the element or around it, knows what they carry.
  interface GlobalEventHandlersEventMap extends AltaEvents {}
}
