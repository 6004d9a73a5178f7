// The close codes of RFC 6455 7.4 and our own, as [C-3.38 - C-3.45] use them: the gateway sends them, the
// client and the console tell people what they mean. Literals of close codes stand nowhere else.

/** The close codes of the gateway by name [C-3.38 - C-3.45]. */
export const CloseCode = {
  /** The till ended the connection itself. */
  normal: 1000,
  /** The gateway is shutting down, after draining [C-3.39, C-3.46]. */
  goingAway: 1001,
  /** Frames that break RFC 6455 [C-3.50]. */
  protocolError: 1002,
  /** A binary message that is not UTF-8 text [C-3.40]. */
  unsupportedData: 1003,
  /** No close frame came: a dropped connection. Never sent, only reported. */
  abnormal: 1006,
  /** A text message that is not UTF-8 [C-3.41]. */
  invalidPayload: 1007,
  /** A limit was crossed: slow consumer, too many bad messages, no answer of a card machine [C-3.42, C-13.17]. */
  policyViolation: 1008,
  /** [C-3.43] */
  messageTooBig: 1009,
  /** A fault of the gateway. */
  internalError: 1011,
  /** The site has moved to another node of the gateway: connect again [C-3.52]. */
  serviceRestart: 1012,
  /** A newer connection took over; do not reconnect by yourself [C-3.44]. On the wire: `Connection Discontinued`. */
  superseded: 4001,
  /** The token was revoked; reconnecting cannot help [C-3.45]. */
  tokenRevoked: 4003,
} as const;

/** One of the close codes. */
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];
