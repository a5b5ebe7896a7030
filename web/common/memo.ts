// A component that is rendered anew only when one of its properties is another one.
import {Component, createElement, type ComponentType, type FunctionComponent} from 'preact';

export function memo<P extends object>(of: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Record<string, unknown>;
      return Object.entries(next).some(([name, value]) => before[name] !== value);
    }
    override render() { return createElement(of, this.props as P); }
  };
}
