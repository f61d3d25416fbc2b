// Elements from names, properties and children. Text from others is only ever text.

export function make(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children)
}

export function makeSvg(name, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children)
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== undefined))
  return element
}
