/** A script for the page: whether its answers have come, and its charts in sight are drawn. */
export const isSettled = `document.querySelector('main .loading, main .stale') === null &&
  document.querySelectorAll('main > *').length > 2 &&
  [...document.querySelectorAll('.plot')].every((plot) =>
    plot.getBoundingClientRect().top > innerHeight || plot.querySelector('canvas') !== null) &&
  [...document.querySelectorAll('.chart-place')].every((place) =>
    place.getBoundingClientRect().top > innerHeight || place.textContent !== '')`;
