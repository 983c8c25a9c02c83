/** Once reached over TLS, a browser does not try without for a year. */
export const strictTransport = 'max-age=31536000';
