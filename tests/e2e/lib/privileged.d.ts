// What Firefox's own process offers to the functions in privileged.mjs; it has no published types.
declare const ChromeUtils: any;
declare const Services: any;
declare const Cc: any;
declare const Ci: any;
declare const Cu: any;
declare const WebExtensionPolicy: any;
