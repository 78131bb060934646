/** The units that Grafana knows, as far as metrics of services have them. Others are shown as they are written. */
export const grafanaUnitIds: ReadonlySet<string> = new Set(
  [
    'none string short percent percentunit dB hex sci locale',
    'bytes decbytes bits decbits kbytes deckbytes mbytes decmbytes gbytes decgbytes tbytes dectbytes',
    'pps binBps Bps binbps bps KiBs KBs MiBs MBs GiBs GBs',
    'currencyUSD currencyGBP currencyEUR currencyJPY currencyCHF currencyCNY currencyINR currencyKRW currencyBRL currencySEK currencyDKK currencyNOK currencyPLN currencyBTC',
    'dateTimeAsIso dateTimeAsIsoNoDateIfToday dateTimeAsLocal dateTimeAsSystem dateTimeFromNow',
    'hertz ns µs ms s m h d dtdurationms dtdurations dthms dtdhms',
    'cps ops reqps rps wps iops cpm opm rpm wpm mps mpm',
    'celsius fahrenheit kelvin watt kwatt joule volt amp massg masskg lengthm lengthkm',
    'bool bool_yes_no bool_on_off',
  ].flatMap((line) => line.split(' ')),
);
