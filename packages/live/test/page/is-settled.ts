/** A script for the page: whether it knows whose it is, its answers have come, and its charts in sight and its graph are drawn. */
export const isSettled = `document.querySelector('main .loading, main .stale') === null &&
  document.querySelectorAll('main > *').length > 2 &&
  (document.querySelector('.rail-foot') === null || document.querySelector('.rail-foot b') !== null) &&
  [...document.querySelectorAll('.flow')].every((flow) => flow.firstElementChild !== null) &&
  [...document.querySelectorAll('.plot')].every((plot) =>
    plot.getBoundingClientRect().top > innerHeight || plot.querySelector('canvas') !== null) &&
  [...document.querySelectorAll('.chart-place')].every((place) =>
    place.getBoundingClientRect().top > innerHeight || place.textContent !== '')`;
